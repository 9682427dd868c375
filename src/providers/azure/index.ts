/** Azure OpenAI: OpenAI's endpoints on Azure's paths, behind Azure's gateway, with what its content filter finds. */
import type { ApiRequest, Provider } from '../contract.js';
import { openai } from '../openai/index.js';
import { endpoints } from './endpoints.js';
import { httpError, identifyError } from './errors.js';
import { ECHOED_HEADERS } from './headers.js';
import { rateLimitHeaders, tokenCounting } from './rate-limits.js';

export const azure: Provider = {
  name: 'azure',
  dialect: 'openai',
  endpoints,
  requestHeaders: [...new Set(['api-key', ...ECHOED_HEADERS, ...openai.requestHeaders])],
  transportKeys: openai.transportKeys,
  claims: ({ path }) => path.startsWith('/openai/'),
  apiKeyOf,
  httpError,
  tokenCounting,
  rateLimitHeaders,
  identifyError,
  // The service passes the model's events on.
  streamError: openai.streamError,
  replyEvents: openai.replyEvents,
};

/** The resource's key, or a token of Microsoft Entra. */
function apiKeyOf(request: Pick<ApiRequest, 'header' | 'query'>): string | undefined {
  return request.header('api-key') ?? openai.apiKeyOf(request);
}
