/** The `admin` section: who may use the /admin endpoints. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const adminSchema = {
  type: 'object',
  description: 'Who may use the /admin endpoints.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: { type: 'boolean', default: true, description: 'Whether the /admin endpoints exist.' },
    api_key: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 1_024,
      default: null,
      description: 'Bearer token that /admin requests must carry; null asks for none. Never shown in messages.',
    },
    allowed_ips: {
      type: 'array',
      maxItems: 1_024,
      items: { type: 'string', minLength: 2, maxLength: 64, title: 'an IP address or CIDR block' },
      default: [],
      description: 'Addresses and CIDR blocks that may send /admin requests; empty allows all.',
    },
  },
} as const satisfies JsonSchema;

/** Paths whose values must not appear in messages, logs or answers. */
export const secretPaths: readonly string[] = ['admin.api_key', 'server.api_keys'];
