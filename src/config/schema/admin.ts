/** The `admin` section: who may use the /admin endpoints. */
import type { JsonSchema } from '../../kernel/json-schema.js';

/** What can be sent as a bearer token, in a header, in any client: no white space, which no client could send along. */
export const KEY_PATTERN = '^[\\x21-\\x7e]+$';

const addressBlock = { type: 'string', minLength: 2, maxLength: 64, title: 'an IP address or CIDR block' } as const;

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
      pattern: KEY_PATTERN,
      title: 'null or a key of 1 to 1024 visible ASCII characters without spaces',
      default: null,
      'x-secret': true,
      description: 'Bearer token that /admin requests must carry; null asks for none. Never shown in messages.',
    },
    allowed_ips: {
      type: 'array',
      maxItems: 1_024,
      items: addressBlock,
      default: [],
      description: 'Addresses and CIDR blocks that may send /admin requests; empty allows all.',
    },
    trusted_proxies: {
      type: 'array',
      maxItems: 1_024,
      items: addressBlock,
      default: [],
      description:
        "Addresses and CIDR blocks of proxies whose X-Forwarded-For and Forwarded say who the client is: the last address in them that is not a trusted proxy's. Nobody else's headers count.",
    },
  },
} as const satisfies JsonSchema;
