/**
 * What endpoints ask of a model, in the words of OpenTelemetry's GenAI conventions. `chat`, `generate_content`, `text_completion` and
 * `embeddings` are theirs; where they have no word, one after the API's own stands. Endpoints that ask no model (lists, stored responses) are
 * not here: their spans are plain HTTP.
 */
import type { Endpoint, Provider } from '../../providers/contract.js';
import { endpoints } from '../../providers/registry.js';

/** By content name, which endpoints share that answer alike. */
const OPERATIONS: { readonly [contentName: string]: string | undefined } = {
  'anthropic.messages': 'chat',
  'anthropic.messages.count_tokens': 'count_tokens',
  'gemini.models.batch_embed_contents': 'embeddings',
  'gemini.models.count_tokens': 'count_tokens',
  'gemini.models.embed_content': 'embeddings',
  'gemini.models.generate_content': 'generate_content',
  'openai.chat.completions': 'chat',
  'openai.completions': 'text_completion',
  'openai.embeddings': 'embeddings',
  'openai.moderations': 'moderation',
  'openai.responses.compact': 'chat',
  'openai.responses.create': 'chat',
  'openai.responses.input_tokens.count': 'count_tokens',
};

/** The Gemini API is the one of generativelanguage.googleapis.com, which the conventions call so. */
const PROVIDERS: { readonly [name in Provider['name']]: string } = {
  openai: 'openai',
  azure: 'azure.ai.openai',
  anthropic: 'anthropic',
  gemini: 'gcp.gemini',
};

export interface TracedEndpoint {
  readonly name: string;
  readonly operation: string | undefined;
  readonly provider: string;
  readonly route: string;
}

/** By the endpoint's index in the registry. */
export const tracedEndpoints: readonly TracedEndpoint[] = endpoints.map(({ endpoint, provider }) => ({
  name: endpoint.name,
  operation: OPERATIONS[endpoint.contentName ?? endpoint.name],
  provider: PROVIDERS[provider.name],
  route: routeOf(endpoint),
}));

function routeOf({ paths, verb }: Endpoint): string {
  return verb === undefined ? paths[0] : `${paths[0]}:${verb}`;
}
