/** `server.tls`: whether the port speaks HTTPS, and with which certificate. */
import type { JsonSchema } from '../../kernel/json-schema.js';

/** Longest path of a file that Linux takes. */
const PATH_CHARS_MAX = 4_096;

export const tlsSchema = {
  type: 'object',
  description: 'HTTPS on the HTTP port. The metrics port stays plain HTTP.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      'x-restart': true,
      default: false,
      description: 'Whether the HTTP port speaks TLS (1.2 or 1.3) and nothing else.',
    },
    cert: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: PATH_CHARS_MAX,
      default: null,
      description:
        "PEM file with the server's certificate, followed by those that lead from it to one that clients know. A relative path begins at the configuration file. A reload takes what the file holds by then.",
    },
    key: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: PATH_CHARS_MAX,
      default: null,
      description: 'PEM file with the private key of the certificate, without a passphrase.',
    },
  },
} as const satisfies JsonSchema;
