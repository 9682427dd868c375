/** What the API says of a model that is not there, or does something else. */
import type { ApiVersion } from './api-version.js';

/** How much of a name is repeated: a body may hold one of any length. */
const NAME_CHARS_MAX = 512;

/** @param method how the error calls what was asked of the model */
export function modelNotFoundMessage(name: string, method: string, version: ApiVersion): string {
  const listModels = method === 'generateContent' ? 'ModelService.ListModels' : 'ListModels';
  return (
    `models/${name.slice(0, NAME_CHARS_MAX)} is not found for API version ${version}, or is not supported for ${method}. Call ${listModels} to see the list of ` +
    'available models and their supported methods.'
  );
}

/** What the API calls the method, by the last part of the name of its endpoint. */
const METHODS: { readonly [operation: string]: string } = {
  count_tokens: 'countTokens',
  embed_content: 'embedContent',
  batch_embed_contents: 'embedContent',
  create: 'createCachedContent',
};

/** @param endpoint the name of one: `gemini.v1beta.models.embed_content` */
export function modelNotFoundAt(endpoint: string, name: string): string {
  const [, version, , operation = ''] = endpoint.split('.');
  return modelNotFoundMessage(name, METHODS[operation] ?? 'generateContent', version === 'v1' ? 'v1' : 'v1beta');
}
