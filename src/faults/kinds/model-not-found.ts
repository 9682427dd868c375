/** model_not_found: the model that was asked for does not exist any more, as when it is retired. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RefusingFault } from '../contract.js';
import { afterMs } from '../parameters.js';

const schema = {
  type: 'object',
  properties: { after_ms: afterMs },
  additionalProperties: false,
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: false }>;

export const modelNotFound = {
  name: 'model_not_found',
  summary: 'The model, or the deployment, does not exist: 404.',
  stage: 'before',
  schema,
  breaks: true,
  refuse: ({ after_ms }, { endpoint, model }) => ({
    problem: { kind: 'model_not_found', model: model?.name ?? 'unknown', endpoint },
    afterMs: after_ms,
  }),
} as const satisfies RefusingFault<Parameters>;
