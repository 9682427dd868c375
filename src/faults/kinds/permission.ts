/** permission: the key is good, and not for this. */
import type { RefusingFault } from '../contract.js';
import { type WaitParameters, waitSchema } from '../parameters.js';

export const permission = {
  name: 'permission',
  summary: 'The key may not do that: 403.',
  stage: 'before',
  schema: waitSchema,
  breaks: true,
  refuse: ({ after_ms }) => ({ problem: { kind: 'forbidden' }, afterMs: after_ms }),
} as const satisfies RefusingFault<WaitParameters>;
