/** The `simulation.sessions` section: which requests belong together, and how long that is remembered. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const sessionsSchema = {
  type: 'object',
  description: 'Requests that belong together, as GET /admin/sessions lists them: see docs/sessions.md.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: { type: 'boolean', default: true, description: 'Whether sessions are kept.' },
    max_sessions: {
      type: 'integer',
      minimum: 1,
      maximum: 10_000_000,
      default: 100_000,
      description: 'Sessions kept at a time, some 600 bytes each; the one unused for longest makes room.',
      'x-unit': 'sessions',
    },
    session_ttl_secs: {
      type: 'number',
      minimum: 1,
      maximum: 2_592_000,
      default: 3_600,
      description: 'A session unused for this long is forgotten.',
      'x-unit': 's',
    },
    max_context_tokens: {
      type: 'integer',
      minimum: 1,
      maximum: 100_000_000,
      default: 128_000,
      description:
        "Tokens that the prompt of a request may have which belongs to a session, unless only its conversation tells; above it gets the provider's context-length error, also where its model's own window is larger.",
      'x-unit': 'tokens',
    },
    identify_by: {
      type: 'array',
      maxItems: 5,
      items: { type: 'string', enum: ['header', 'previous_response_id', 'metadata', 'user', 'conversation'] },
      default: ['header', 'previous_response_id', 'metadata', 'user'],
      description:
        'What tells to which session a request belongs; the first that it has decides. `header`: the header below. `previous_response_id`: the chain of responses that it goes on with. `metadata`: its `metadata.session_id` or `metadata.user_id`. `user`: its `user` or `safety_identifier`. `conversation`: its messages, by the request before it; hashing them costs some 35 ns per byte.',
    },
    header: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
      title: 'the name of a header',
      default: 'x-session-id',
      description:
        'The request header that names a session. A session that it names is part of what a request is: see docs/sessions.md.',
    },
  },
} as const satisfies JsonSchema;
