/** The `telemetry` section: logs, metrics, traces, the journal. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { journalSchema } from './journal.js';
import { loggingSchema } from './logging.js';
import { tracingSchema } from './tracing.js';

const metricsSchema = {
  type: 'object',
  description: 'Metrics in the Prometheus format.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      'x-restart': true,
      default: true,
      description: 'Whether /metrics answers, and the port of its own.',
    },
    prometheus_port: {
      type: 'integer',
      'x-restart': true,
      minimum: 0,
      maximum: 65_535,
      default: 9090,
      description:
        'Port that serves /metrics, and /live, /ready and /health for probes, besides server.port; must differ from it. 0 takes a free one.',
    },
  },
} as const satisfies JsonSchema;

export const telemetrySchema = {
  type: 'object',
  description: 'Logs, metrics, traces, and the journal of requests.',
  additionalProperties: false,
  default: {},
  properties: { logging: loggingSchema, metrics: metricsSchema, tracing: tracingSchema, journal: journalSchema },
} as const satisfies JsonSchema;
