/** The configuration in effect, and its reload. */
import { ConfigurationFailure, type ConfigurationProblem } from '../../config/problems.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { rfc3339 } from '../../kernel/rfc3339.js';
import { NothingToReload, type ReloadOutcome } from '../reload/configuration-desk.js';
import { configurationDocument } from '../reload/configuration-document.js';
import type { OperationParts } from './node-services.js';
import { AdminError, type AdminOperation, type AdminProblem } from './operation.js';

/** Of one refused reload; a file can be wrong in more places than anybody reads. */
const PROBLEMS_MAX = 200;
/** Of each list in the answer to a reload. */
const PATHS_MAX = 1_000;

const pathsSchema = { type: 'array', items: { type: 'string' }, maxItems: PATHS_MAX } as const satisfies JsonSchema;

const configSchema: JsonSchema = {
  type: 'object',
  additionalProperties: true,
  required: ['generation', 'source', 'seed', 'providers'],
  properties: {
    generation: { type: 'integer', description: 'Counts up with every reload that takes effect, from 1.' },
    source: { type: ['string', 'null'], description: 'The file that was read; null for none.' },
    seed: { type: 'integer', description: 'The seed in effect; for `simulation.seed: null` the one that was drawn.' },
    providers: { type: 'array', items: { type: 'string' }, description: 'The names of the models that are served.' },
    models: { type: 'object', additionalProperties: true, description: 'By name, with `expand=models`.' },
  },
};

const reloadSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['status', 'timestamp', 'generation', 'changed', 'needs_restart'],
  properties: {
    status: { type: 'string', const: 'reloaded' },
    timestamp: { type: 'string', description: 'RFC 3339.' },
    generation: { type: 'integer', description: 'That every process serves new requests under.' },
    changed: { ...pathsSchema, description: 'The keys whose values are others now.' },
    needs_restart: { ...pathsSchema, description: 'The keys that keep their values until the server is restarted.' },
  },
};

export function configOperations(parts: Pick<OperationParts, 'configuration'>): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/config',
      summary: 'The whole configuration in effect, without its secrets',
      description:
        'The keys are those of the configuration; a secret is shown as `(hidden)`, and null where there is none.',
      query: {
        expand: { type: 'string', enum: ['models'], description: '`models` adds everything about each model.' },
      },
      reply: configSchema,
      answer: ({ query }) => {
        const { file, snapshot } = parts.configuration;
        return { status: 200, document: configurationDocument(snapshot, file, query.get('expand') === 'models') };
      },
    },
    {
      method: 'POST',
      path: '/admin/config/reload',
      summary: 'Reads the configuration anew and has it take effect in every process',
      description:
        'Answers when every process serves new requests under it; requests and streams that are under way keep what they came under. If anything is wrong, nothing changes, and `problems` says where. Reloads are done one after another.',
      reply: reloadSchema,
      failures: [
        { status: 409, code: 'nothing_to_reload', when: 'The configuration was not read from anything.' },
        {
          status: 422,
          code: 'config_invalid',
          when: 'The configuration has problems: each with its file, line and column.',
        },
        { status: 422, code: 'config_unreadable', when: 'A file cannot be read.' },
        { status: 503, code: 'not_prepared', when: 'A process could not get ready for it, or did not in time.' },
      ],
      answer: async () => {
        try {
          return { status: 200, document: reloadDocument(await parts.configuration.reload('api')) };
        } catch (error) {
          throw adminErrorOf(error);
        }
      },
    },
  ];
}

function reloadDocument({ changed, generation, needsRestart }: ReloadOutcome): object {
  return {
    status: 'reloaded',
    timestamp: rfc3339(Date.now() / 1_000),
    generation,
    changed: changed.slice(0, PATHS_MAX),
    needs_restart: needsRestart.slice(0, PATHS_MAX),
  };
}

function adminErrorOf(error: unknown): AdminError {
  if (error instanceof NothingToReload)
    return new AdminError(409, 'nothing_to_reload', 'The configuration was not read from anything.');
  if (!(error instanceof ConfigurationFailure)) {
    const message = `Nothing has changed: ${error instanceof Error ? error.message : String(error)}.`;
    return new AdminError(503, 'not_prepared', message);
  }
  const count = error.problems.length;
  const message = `Nothing has changed: the configuration has ${count === 1 ? '1 problem' : `${count} problems`}.`;
  const problems = error.problems.slice(0, PROBLEMS_MAX).map(adminProblem);
  return new AdminError(422, error.code.toLowerCase(), message, { problems });
}

/** The origin's own facts stand beside: file, line and column, the variable, or the flag. */
function adminProblem({ message, origin, path, suggestion, ...given }: ConfigurationProblem): AdminProblem {
  const { kind: _, ...place } = origin;
  const value = 'value' in given ? { value: given.value } : {};
  return { param: path, message, ...value, ...(suggestion === undefined ? {} : { suggestion }), ...place };
}
