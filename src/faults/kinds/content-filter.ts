/** content_filter: the provider's filter does not let the prompt through. */
import type { RefusingFault } from '../contract.js';
import { type WaitParameters, waitSchema } from '../parameters.js';

export const contentFilter = {
  name: 'content_filter',
  summary: 'The prompt is blocked before anything is said: 400, from Gemini a reply without candidates.',
  stage: 'before',
  schema: waitSchema,
  breaks: true,
  refuse: ({ after_ms }) => ({ problem: { kind: 'prompt_blocked' }, afterMs: after_ms }),
} as const satisfies RefusingFault<WaitParameters>;
