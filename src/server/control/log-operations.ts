/** The levels of the log, looked at and changed at run time. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import {
  LOG_LEVELS,
  LOG_MODULES,
  type LogLevel,
  type LogLevels,
  type ModuleLevels,
} from '../../telemetry/log-levels.js';
import type { LogDesk } from './log-desk.js';
import type { OperationParts } from './node-services.js';
import { AdminError, type AdminOperation } from './operation.js';

const levelSchema = { type: 'string', enum: LOG_LEVELS } as const satisfies JsonSchema;

const modulesSchema = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.entries(LOG_MODULES).map(([module, description]) => [module, { ...levelSchema, description }]),
  ),
} as const satisfies JsonSchema;

const levelsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['level', 'modules'],
  properties: {
    level: { ...levelSchema, description: 'Of all lines but those of the modules below.' },
    modules: { ...modulesSchema, description: 'Levels of their own.' },
  },
} as const satisfies JsonSchema;

const replySchema: JsonSchema = {
  ...levelsSchema,
  required: ['level', 'modules', 'configured', 'overridden'],
  properties: {
    ...levelsSchema.properties,
    configured: { ...levelsSchema, description: 'What the configuration says.' },
    overridden: { type: 'boolean', description: 'Whether something else was said at run time.' },
  },
};

const failures = [{ status: 503, code: 'not_spread', when: 'A process did not answer in time; ask again.' }] as const;

export function logOperations(parts: Pick<OperationParts, 'logs'>): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/log-level',
      summary: 'Which lines are written to the log',
      reply: replySchema,
      answer: () => ({ status: 200, document: documentOf(parts.logs) }),
    },
    {
      method: 'PUT',
      path: '/admin/log-level',
      summary: 'Has other lines written to the log, in every process',
      description:
        'Holds until it is changed or taken back, also over reloads. What is left out is as configured. SIGUSR2 has everything written from debug on, and once more what was before.',
      body: {
        type: 'object',
        additionalProperties: false,
        properties: {
          level: { ...levelSchema, description: 'Of all lines but those of the modules below.' },
          modules: { ...modulesSchema, description: 'Levels of their own.' },
        },
      },
      reply: replySchema,
      failures,
      answer: async ({ body }) => {
        const { logs } = parts;
        const wanted = body as { readonly level?: LogLevel; readonly modules?: ModuleLevels };
        const { level = logs.configured.level, modules = logs.configured.modules } = wanted;
        return spread(logs, { level, modules });
      },
    },
    {
      method: 'DELETE',
      path: '/admin/log-level',
      summary: 'Has the lines written that the configuration says',
      reply: replySchema,
      failures,
      answer: () => spread(parts.logs, undefined),
    },
  ];
}

async function spread(logs: LogDesk, levels: LogLevels | undefined) {
  try {
    await logs.change(levels, 'api');
  } catch (cause) {
    throw new AdminError(503, 'not_spread', `Not every process may know yet: ${(cause as Error).message}.`);
  }
  return { status: 200, document: documentOf(logs) };
}

function documentOf({ configured, override }: LogDesk): object {
  return { ...(override ?? configured), configured, overridden: override !== undefined };
}
