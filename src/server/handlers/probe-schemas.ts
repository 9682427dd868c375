/**
 * The schemas of what the probes in probes.ts answer, on the main port and on the metrics port alike; docs/openapi.json is written from them.
 * Every key is always there, and no other: a test holds real answers against them.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { NODE_HEALTHS, STATE_HEALTHS } from '../node-link.js';
import { count, orNull, record } from '../stats/figure-schemas.js';
import { pressureSchema, saturationSchema } from '../stats/saturation-schema.js';
import { TRANSPORT_NAMES } from '../transport/contract.js';
import { HEALTH_STATUSES } from './probes.js';

const always = (value: string, description: string): JsonSchema => ({ type: 'string', const: value, description });
const oneOf = (values: readonly string[], description: string): JsonSchema => ({
  type: 'string',
  enum: values,
  description,
});

export const liveSchema: JsonSchema = record({ status: always('alive', 'Whoever is asked answers.') });

export const readySchema: JsonSchema = record({ status: always('ready', 'Requests are served.') });

/** Of the 503. */
export const notReadySchema: JsonSchema = record({ status: always('not_ready', 'Requests are to go elsewhere.') });

const checks = record(
  {
    config: always('ok', 'The configuration: nothing is served under one that is wrong.'),
    providers: always('ok', 'The APIs that are simulated.'),
    metrics: always('ok', 'The counting of metrics.'),
    state: oneOf(
      STATE_HEALTHS,
      'Whether what is kept for later requests can be reached; "unavailable" while Redis cannot. Always "ok" where it is kept in memory.',
    ),
    node: oneOf(
      NODE_HEALTHS,
      'Whether the primary process, which answers for the whole node, can be reached. Always "ok" on the metrics port, where it answers itself.',
    ),
  },
  'Part by part. None of them changes the status.',
);

const transport = record({
  name: oneOf(TRANSPORT_NAMES, 'Its name.'),
  reason: { type: 'string', description: 'Why this one, in words.' },
});

export const healthSchema: JsonSchema = record({
  status: oneOf(
    HEALTH_STATUSES,
    '"healthy", or "degraded" under pressure, while requests are served. "starting" before, and on the metrics port also while a lost process is being replaced. "lame_duck" when everything is served and is to go elsewhere, "draining" when nobody new gets in.',
  ),
  version: { type: 'string', description: 'Of the simulator.' },
  uptime_seconds: {
    ...count('Whole seconds since the process that answers began; on the metrics port that is the primary.'),
    'x-unit': 's',
  },
  checks,
  saturated: saturationSchema,
  backpressure: pressureSchema,
  transport: orNull(
    transport,
    'The HTTP implementation that runs; null on the metrics port until a process has chosen one.',
  ),
  processes: {
    type: 'integer',
    minimum: 1,
    description: 'How many processes are to accept connections: server.workers, or what it stands for.',
    'x-unit': 'processes',
  },
  threads: {
    type: 'integer',
    minimum: 1,
    description: 'Worker threads of each of those processes: server.threads.',
    'x-unit': 'threads',
  },
  config_generation: {
    type: 'integer',
    minimum: 1,
    description:
      'Number of the configuration that new requests are served under: 1 at the start, and one more with each reload that takes effect.',
  },
});
