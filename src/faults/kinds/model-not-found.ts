/** model_not_found: the model that was asked for does not exist any more, as when it is retired. */
import type { RefusingFault } from '../contract.js';
import { type WaitParameters, waitSchema } from '../parameters.js';

export const modelNotFound = {
  name: 'model_not_found',
  summary: 'The model, or the deployment, does not exist: 404.',
  stage: 'before',
  schema: waitSchema,
  breaks: true,
  refuse: ({ after_ms }, { endpoint, model }) => ({
    problem: { kind: 'model_not_found', model: model?.name ?? 'unknown', endpoint },
    afterMs: after_ms,
  }),
} as const satisfies RefusingFault<WaitParameters>;
