/** OpenAI's wire dialect: chat completions and models. */
import type { Provider } from '../contract.js';
import { chatCompletions } from './chat-completions.js';
import { bearerKeyOf } from './credentials.js';
import { httpError, identifyError, streamError } from './errors.js';
import { listModels, retrieveModel } from './models.js';

export const openai: Provider = {
  name: 'openai',
  dialect: 'openai',
  endpoints: [chatCompletions, listModels, retrieveModel],
  requestHeaders: ['authorization', 'openai-organization'],
  transportKeys: new Set(['stream', 'stream_options']),
  // Whatever nobody else claims.
  claims: () => true,
  apiKeyOf: bearerKeyOf,
  httpError,
  identifyError,
  streamError,
};
