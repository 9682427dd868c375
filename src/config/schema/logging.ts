/** The `telemetry.logging` section: which lines are written, and how. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { LOG_LEVELS, LOG_MODULES } from '../../telemetry/log-levels.js';

const levelSchema = { type: 'string', enum: LOG_LEVELS } as const;

export const loggingSchema = {
  type: 'object',
  description: 'Logs on standard output; prompts and keys never appear in them. See docs/logs.md.',
  additionalProperties: false,
  default: {},
  properties: {
    level: {
      ...levelSchema,
      default: 'info',
      description:
        'Least severe level that is written; silent writes nothing. LLM_SIM_LOG sets it, too; the admin API and SIGUSR2 change it at run time.',
    },
    modules: {
      type: 'object',
      description:
        'Levels of parts of the program that differ from `level`, by name. The variable LLM_SIM_LOG sets level and modules at once: `warn,http=debug`.',
      additionalProperties: false,
      default: {},
      properties: {
        http: { ...levelSchema, description: LOG_MODULES.http },
        admin: { ...levelSchema, description: LOG_MODULES.admin },
        cluster: { ...levelSchema, description: LOG_MODULES.cluster },
        config: { ...levelSchema, description: LOG_MODULES.config },
        saturation: { ...levelSchema, description: LOG_MODULES.saturation },
        state: { ...levelSchema, description: LOG_MODULES.state },
        tracing: { ...levelSchema, description: LOG_MODULES.tracing },
        workers: { ...levelSchema, description: LOG_MODULES.workers },
      },
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
