/** The `telemetry` section: logs, metrics, traces, the journal. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { journalSchema } from './journal.js';
import { tracingSchema } from './tracing.js';

const loggingSchema = {
  type: 'object',
  description: 'Logs on standard output; prompts and keys never appear in them.',
  additionalProperties: false,
  default: {},
  properties: {
    level: {
      type: 'string',
      enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      default: 'info',
      description: 'Least severe level that is written; silent writes nothing, for use as a library.',
    },
    format: {
      type: 'string',
      'x-restart': true,
      enum: ['json', 'pretty'],
      default: 'json',
      description: 'json for machines, one object per line; pretty for a terminal.',
    },
  },
} as const satisfies JsonSchema;

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
