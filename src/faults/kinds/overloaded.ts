/** overloaded: the provider has no capacity for the moment. */
import type { RefusingFault } from '../contract.js';
import { type WaitParameters, waitSchema } from '../parameters.js';

export const overloaded = {
  name: 'overloaded',
  summary: 'The service has no capacity: 503, from Anthropic 529.',
  stage: 'before',
  schema: waitSchema,
  breaks: true,
  refuse: ({ after_ms }) => ({ problem: { kind: 'overloaded' }, afterMs: after_ms }),
} as const satisfies RefusingFault<WaitParameters>;
