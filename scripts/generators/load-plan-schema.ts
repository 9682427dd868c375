/** config/load-plan.schema.json: the JSON Schema of load plans, for editors. */
import { defineOnce } from '../../src/config/schema/definitions.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { lengthDistributionSchema } from '../../src/latency/lengths.js';
import { distributionSchema } from '../../src/latency/registry.js';
import { arrivalStageSchema } from '../../src/load/arrivals/registry.js';
import { planSchema } from '../../src/load/plan/schema.js';
import type { Generator } from './contract.js';

export const loadPlanSchema: Generator = () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:llm-simulator:load-plan',
    title: 'LLM-Simulator load plan',
    description:
      'A file holds any part of it; what it leaves out keeps its default, and flags of `llm-simulator load` change it.',
    ...defineOnce(planSchema, {
      distribution: distributionSchema as JsonSchema,
      length_distribution: lengthDistributionSchema,
      arrival_stage: arrivalStageSchema,
    }),
  };
  return [{ path: 'config/load-plan.schema.json', content: `${JSON.stringify(schema, null, 2)}\n` }];
};
