/** context_length: the error of a prompt that is longer than the model's context, for one that is not. */
import type { RefusingFault } from '../contract.js';
import { type WaitParameters, waitSchema } from '../parameters.js';

/** Of a request that is about no model. */
const CONTEXT_TOKENS = 128_000;

export const contextLength = {
  name: 'context_length',
  summary: "The prompt is longer than the model's context: 400 in the provider's words.",
  stage: 'before',
  schema: waitSchema,
  breaks: true,
  refuse: ({ after_ms }, { endpoint, model, promptTokens }) => {
    const { contextWindowTokens = CONTEXT_TOKENS } = model ?? {};
    const tokens = contextWindowTokens + Math.max(1, promptTokens);
    return { problem: { kind: 'context_length', contextWindowTokens, tokens, endpoint }, afterMs: after_ms };
  },
} as const satisfies RefusingFault<WaitParameters>;
