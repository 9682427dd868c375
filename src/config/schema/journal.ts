/** The `telemetry.journal` section: what was planned and what happened, per request, as GET /admin/journal shows it. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const journalSchema = {
  type: 'object',
  description: 'What was planned and what happened, for the last requests: see docs/journal.md.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      default: true,
      'x-restart': true,
      description: 'Whether a journal is kept. Without `admin.enabled` none is, since nobody could read it.',
    },
    capacity: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 1_000,
      'x-restart': true,
      description: 'Entries kept per process, some 400 bytes each; the oldest makes room.',
      'x-unit': 'entries',
    },
    record_bodies: {
      type: 'boolean',
      default: false,
      'x-restart': true,
      description:
        'Whether the beginning of every request and reply is kept with its entry: prompts and answers then stand in the journal.',
    },
    body_bytes_max: {
      type: 'integer',
      minimum: 1,
      maximum: 65_536,
      default: 4_096,
      'x-restart': true,
      description: 'How much of a request and of a reply record_bodies keeps.',
      'x-unit': 'bytes',
    },
  },
} as const satisfies JsonSchema;
