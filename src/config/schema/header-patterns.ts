/** What rules say of a request's headers: a regular expression for each. */
import type { JsonSchema } from '../../kernel/json-schema.js';

const HEADERS_MAX = 16;
const PATTERN_CHARS_MAX = 1_000;

export const headerPatternsSchema = {
  type: 'object',
  maxProperties: HEADERS_MAX,
  propertyNames: {
    type: 'string',
    pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$",
    title: 'the name of a header',
  },
  additionalProperties: {
    type: 'string',
    minLength: 1,
    maxLength: PATTERN_CHARS_MAX,
    description: 'Regular expression that occurs in the value of the header.',
  },
  description:
    'Regular expressions by the name of a request header, which must be present; case does not matter in names.',
} as const satisfies JsonSchema;
