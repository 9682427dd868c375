/** OpenAI's wire dialect: chat completions and models. */
import type { Provider } from '../contract.js';
import { chatCompletions } from './chat-completions.js';
import { httpError, notJson, streamError } from './errors.js';
import { listModels, retrieveModel } from './models.js';

export const openai: Provider = {
  name: 'openai',
  endpoints: [chatCompletions, listModels, retrieveModel],
  transportKeys: new Set(['stream', 'stream_options']),
  httpError,
  notJson,
  streamError,
};
