/** POST /admin/reset: has the node forget what earlier requests left behind, so that the next run starts from where the last one did. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { OperationParts } from './node-services.js';
import { AdminError, type AdminOperation } from './operation.js';

/** What can be reset, in the order in which it is. */
const RESETS = {
  occurrences:
    'how often each equal request has come, in every process: what tells requests without x-llm-sim-request-id apart',
  state: 'stored responses, cached prompts, and the models’ prefix caches',
  limits: 'what is used of rate limits: all budgets are full, but for requests that are under way',
  scenarios:
    'scenarios that were activated or deactivated at run time: those of the configuration are active, as at the start',
  overrides: 'faults and latency that were overridden at run time',
  sessions: 'the sessions of GET /admin/sessions',
  journal: 'the entries of the journal',
  stats: 'percentiles and rates of GET /admin/stats; what the metrics count goes on',
} as const;

export type ResetPart = keyof typeof RESETS;

/** Those that live in the acceptors. */
export type AcceptorReset = Extract<ResetPart, 'occurrences' | 'stats'>;

/** Has the part forgotten; resolves when a request that comes from then on finds it so, in whichever process. */
export type Resets = { readonly [part in ResetPart]: () => Promise<void> };

const NAMES = Object.keys(RESETS) as ResetPart[];
const LIST = NAMES.map((name) => `\`${name}\`: ${RESETS[name]}`).join('; ');

const partsSchema = { type: 'array', items: { type: 'string', enum: NAMES } } as const satisfies JsonSchema;

export function resetOperations(parts: Pick<OperationParts, 'resets'>): AdminOperation[] {
  return [
    {
      method: 'POST',
      path: '/admin/reset',
      summary: 'Forgets what earlier requests left behind',
      description: `What there is: ${LIST}. A request that is sent after the answer finds it so, in whichever process. Requests that are under way may count before or after.`,
      body: {
        type: 'object',
        additionalProperties: false,
        properties: {
          what: { ...partsSchema, minItems: 1, maxItems: NAMES.length, description: 'All of it unless given.' },
        },
      },
      bodyOptional: true,
      reply: {
        type: 'object',
        additionalProperties: false,
        required: ['reset'],
        properties: { reset: { ...partsSchema, description: 'What was forgotten.' } },
      },
      failures: [{ status: 503, code: 'not_reset', when: 'A process did not answer in time; ask again.' }],
      answer: async ({ body }) => {
        const { what = NAMES } = (body ?? {}) as { readonly what?: readonly ResetPart[] };
        const wanted = NAMES.filter((name) => what.includes(name));
        for (const name of wanted) await reset(name, parts.resets[name]);
        return { status: 200, document: { reset: wanted } };
      },
    },
  ];
}

async function reset(name: string, forget: () => Promise<void>): Promise<void> {
  try {
    await forget();
  } catch (cause) {
    throw new AdminError(503, 'not_reset', `${name} may not be reset everywhere: ${(cause as Error).message}.`);
  }
}
