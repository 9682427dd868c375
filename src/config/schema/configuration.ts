/**
 * The whole configuration, composed from its sections. No section requires a key, since every key has a default: the same
 * schema fits a user's file of three lines and the complete configuration.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { Length, LengthSchemaMark } from '../../latency/lengths.js';
import type { DistributionParameters, DistributionSchemaMark } from '../../latency/registry.js';
import type { Trace } from '../../latency/traces/trace.js';
import type { Certificate } from '../certificate.js';
import { adminSchema } from './admin.js';
import { type FaultTypes, faultsSchema } from './faults.js';
import { modelsSchema } from './models.js';
import { rateLimitsSchema } from './rate-limits.js';
import { repliesSchema } from './replies.js';
import { scenariosSchema } from './scenarios.js';
import { serverSchema } from './server.js';
import { simulationSchema } from './simulation.js';
import { stateSchema } from './state.js';
import { telemetrySchema } from './telemetry.js';

export const configurationSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    server: serverSchema,
    simulation: simulationSchema,
    providers: modelsSchema,
    replies: repliesSchema,
    faults: faultsSchema,
    scenarios: scenariosSchema,
    rate_limits: rateLimitsSchema,
    state: stateSchema,
    telemetry: telemetrySchema,
    admin: adminSchema,
  },
} as const satisfies JsonSchema;

type ConfigurationKeys = FromSchema<
  typeof configurationSchema,
  {
    keepDefaultedPropertiesOptional: false;
    deserialize: [
      { pattern: DistributionSchemaMark; output: DistributionParameters },
      { pattern: LengthSchemaMark; output: Length },
      ...FaultTypes,
    ];
  }
>;

/** The complete configuration: every key that has a default is present. */
export type Configuration = ConfigurationKeys & {
  /** What was read of the files that models name as traces, by their keys (see trace-key.ts); absent where none is named. */
  readonly traces?: { readonly [key: string]: Trace };
  /** What `server.tls` names; absent where it is not enabled. */
  readonly certificate?: Certificate;
};

/** One entry of `faults.rules`. */
export type FaultRuleConfiguration = Configuration['faults']['rules'][number];

/** One entry of `providers`. */
export type ModelConfiguration = Configuration['providers'][string];
