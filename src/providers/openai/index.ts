/** OpenAI's wire dialect: chat completions, plain completions, responses, embeddings, moderations and models. */
import { bearerKeyOf } from '../bearer-key.js';
import type { Provider } from '../contract.js';
import { chatCompletions } from './chat/chat-completions.js';
import { completions } from './completions/completions.js';
import { embeddings } from './embeddings/embeddings.js';
import { httpError, identifyError, streamError } from './errors.js';
import { ECHOED_HEADERS } from './identity.js';
import { deleteModel, listModels, retrieveModel } from './models.js';
import { moderations } from './moderations/moderations.js';
import { rateLimitHeaders, tokenCounting } from './rate-limits.js';
import { replyEvents } from './reply-events.js';
import { responses } from './responses/endpoints.js';

export const openai: Provider = {
  name: 'openai',
  dialect: 'openai',
  endpoints: [
    chatCompletions,
    completions,
    ...responses,
    embeddings,
    moderations,
    listModels,
    retrieveModel,
    deleteModel,
  ],
  requestHeaders: ['authorization', ...ECHOED_HEADERS],
  transportKeys: new Set(['stream', 'stream_options']),
  // Whatever nobody else claims.
  claims: () => true,
  apiKeyOf: bearerKeyOf,
  httpError,
  tokenCounting,
  rateLimitHeaders,
  identifyError,
  streamError,
  replyEvents,
};
