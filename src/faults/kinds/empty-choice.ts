/** empty_choice: a reply that says nothing at all and claims to be complete, as models sometimes give. */
import type { ContentFault } from '../contract.js';
import { type NoParameters, noParameters } from '../parameters.js';

export const emptyChoice = {
  name: 'empty_choice',
  summary: 'Every choice is empty: no text, no tool call, and the usual end.',
  stage: 'content',
  schema: noParameters,
  breaks: true,
  change: (_, choices) =>
    choices.map(() => ({ parts: [{ kind: 'text', tokens: [] }], finish: 'stop', stopSequence: undefined })),
} as const satisfies ContentFault<NoParameters>;
