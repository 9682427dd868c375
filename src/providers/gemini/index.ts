/** Google's Gemini dialect, versions v1 and v1beta of the Gemini API: content, streams, tokens, embeddings, models and cached contents. */
import { bearerKeyOf } from '../bearer-key.js';
import type { ApiRequest, Provider, RequestTraits } from '../contract.js';
import type { ApiVersion } from './api-version.js';
import { createCachedContent, deleteCachedContent, getCachedContent, updateCachedContent } from './cached-contents.js';
import { countTokens } from './count-tokens.js';
import { batchEmbedContents, embedContent } from './embeddings.js';
import { httpError, identifyError, streamError } from './errors.js';
import { generateContent } from './generate-content.js';
import { getModel, listModels } from './models.js';
import { tokenCounting } from './quota.js';
import { replyEvents } from './reply-events.js';
import { streamGenerateContent } from './stream-generate-content.js';

const VERSIONS: readonly ApiVersion[] = ['v1beta', 'v1'];
const ENDPOINTS = [
  generateContent,
  streamGenerateContent,
  countTokens,
  embedContent,
  batchEmbedContents,
  listModels,
  getModel,
  createCachedContent,
  getCachedContent,
  updateCachedContent,
  deleteCachedContent,
];
const API_KEY_HEADER = 'x-goog-api-key';

export const gemini: Provider = {
  name: 'gemini',
  dialect: 'gemini',
  endpoints: VERSIONS.flatMap((version) => ENDPOINTS.map((endpoint) => endpoint(version))),
  requestHeaders: [API_KEY_HEADER, 'authorization'],
  transportKeys: new Set(),
  claims,
  apiKeyOf,
  httpError,
  tokenCounting,
  // The API has none.
  rateLimitHeaders: () => [],
  repliesToBlockedPrompts: true,
  identifyError,
  streamError,
  replyEvents,
};

/** Paths that nobody else has, and the API's verbs: not every colon, because OpenAI's fine-tuned models have some in their names. */
const OWN_PATH =
  /^\/v1(?:beta(?:\/|$)|\/cachedContents(?:\/|$)|\/models\/[^/]*:(?:\w+(?:Content|Contents|Answer|Tokens)|predict\w*)$)/;
/** Of a query that carries the API key. */
const KEY_QUERY = /(?:^|&)(?:\$|%24)?key=/;

function claims(traits: RequestTraits): boolean {
  return OWN_PATH.test(traits.path) || traits.header(API_KEY_HEADER) !== undefined || KEY_QUERY.test(traits.query);
}

/** An API key, or the token of somebody who has signed in. */
function apiKeyOf(request: Pick<ApiRequest, 'header' | 'query'>): string | undefined {
  const key = request.header(API_KEY_HEADER) ?? request.query('key') ?? request.query('$key');
  return key ?? bearerKeyOf(request);
}
