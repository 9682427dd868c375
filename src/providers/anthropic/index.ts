/** Anthropic's wire dialect, API versions 2023-01-01 to 2026-10-21: messages, token counting and models. */
import type { Provider } from '../contract.js';
import { apiKeyOf } from './api-key.js';
import { countTokens } from './count-tokens.js';
import { httpError, identifyError, streamError } from './errors.js';
import { messages } from './messages.js';
import { listModels, retrieveModel } from './models.js';
import { rateLimitHeaders, tokenCounting } from './rate-limits.js';
import { replyEvents } from './reply-events.js';

export const anthropic: Provider = {
  name: 'anthropic',
  dialect: 'anthropic',
  endpoints: [messages, countTokens, listModels, retrieveModel],
  requestHeaders: ['x-api-key', 'authorization', 'anthropic-version'],
  transportKeys: new Set(['stream']),
  claims: (traits) => traits.header('anthropic-version') !== undefined || /^\/v1\/messages(\/|$)/.test(traits.path),
  apiKeyOf,
  httpError,
  tokenCounting,
  rateLimitHeaders,
  identifyError,
  streamError,
  replyEvents,
};
