/** authentication: the API key is not accepted, or missing where the request has none. */
import type { RefusingFault } from '../contract.js';
import { type WaitParameters, waitSchema } from '../parameters.js';

export const authentication = {
  name: 'authentication',
  summary: 'The API key is not accepted: 401, from Gemini 400.',
  stage: 'before',
  schema: waitSchema,
  breaks: true,
  refuse: ({ after_ms }, { apiKey }) => ({ problem: { kind: 'unauthorized', apiKey }, afterMs: after_ms }),
} as const satisfies RefusingFault<WaitParameters>;
