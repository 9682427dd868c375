/** What is used of the rate limits, scope by scope. API keys show as a short digest only. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { LimitStanding } from '../../limits/contract.js';
import type { NodeLimits, SeenScope } from '../limits/node-limits.js';
import type { OperationParts } from './node-services.js';
import type { AdminOperation } from './operation.js';

const SCOPES_DEFAULT = 100;
const SCOPES_MAX = 1_000;
const OFFSET_MAX = 1_000_000;

/** The budgets as the admin API sees them. */
export interface AdministeredLimits extends Pick<NodeLimits, 'list' | 'size'> {
  /** Whether limits are on. */
  readonly enabled: boolean;
}

const query = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: SCOPES_MAX,
    default: SCOPES_DEFAULT,
    description: 'Scopes of a page.',
  },
  offset: { type: 'integer', minimum: 0, maximum: OFFSET_MAX, default: 0, description: 'Scopes to pass over.' },
} as const satisfies { readonly [name: string]: JsonSchema };

const amount = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });

const limitSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['limit', 'max', 'used', 'remaining', 'reset_seconds'],
  properties: {
    limit: { type: 'string', description: 'Its key in the configuration.' },
    max: amount('How much it allows.'),
    used: amount('How much of that is used up.'),
    remaining: amount('How much is left. What acceptor processes have leased and not used is left as well.'),
    reset_seconds: { type: 'number', minimum: 0, description: 'When all of it is left again if nothing more is used.' },
  },
};

const scopeSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'tier', 'group', 'api_key', 'limits'],
  properties: {
    id: { type: 'string', description: 'Names the budgets.' },
    tier: { type: 'string', description: 'The tier of the configuration.' },
    group: { type: 'string', description: 'The model, or the group of models that share the budgets.' },
    api_key: {
      type: ['string', 'null'],
      description:
        'First 12 digits of the SHA-256 of the API key, as in the journal; null where a whole tier shares the budgets or requests carry no key.',
    },
    limits: {
      type: ['array', 'null'],
      items: limitSchema,
      description: 'null while Redis, where they are kept, cannot be reached.',
    },
  },
};

export function limitOperations(parts: Pick<OperationParts, 'limits'>): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/limits',
      summary: 'How the rate limits stand that requests have counted against',
      description:
        'Those that this node has asked about, the latest first, at most 20,000. Where limits are kept in Redis, the figures are those of all replicas.',
      query,
      reply: {
        type: 'object',
        additionalProperties: false,
        required: ['enabled', 'total', 'offset', 'scopes'],
        properties: {
          enabled: { type: 'boolean', description: '`rate_limits.enabled`.' },
          total: amount('How many scopes there are.'),
          offset: amount('How many of them were passed over.'),
          scopes: { type: 'array', items: scopeSchema },
        },
      },
      answer: async (call) => {
        const offset = Number(call.query.get('offset') ?? 0);
        const scopes = await parts.limits.list(offset, Number(call.query.get('limit') ?? SCOPES_DEFAULT));
        const { enabled, size: total } = parts.limits;
        return { status: 200, document: { enabled, total, offset, scopes: scopes.map(scopeDocument) } };
      },
    },
  ];
}

function scopeDocument({ scope, standings }: SeenScope): object {
  const { group, id, keyDigest, tier } = scope;
  return { id, tier, group, api_key: keyDigest ?? null, limits: standings?.map(limitDocument) ?? null };
}

function limitDocument({ dimension, limit, remaining, resetUs }: LimitStanding): object {
  return {
    limit: dimension,
    max: limit,
    used: limit - remaining,
    remaining,
    reset_seconds: Math.ceil(resetUs / 1_000) / 1_000,
  };
}
