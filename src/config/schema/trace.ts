/** A model's `trace`: a file of recorded requests, from whose rows replies take their lengths and delays. */
import type { JsonSchema } from '../../kernel/json-schema.js';

/** Rows go to every process and thread: some 30 bytes each. */
const ROWS_MAX = 200_000;

const column = { type: ['string', 'null'], minLength: 1, maxLength: 200, default: null } as const;

const columnsSchema = {
  type: 'object',
  description:
    'The names of columns that are not known by their own: CSV headings or JSON keys. Each null: by known names.',
  additionalProperties: false,
  default: {},
  properties: {
    input_tokens: { ...column, description: 'Tokens of the prompt.' },
    output_tokens: { ...column, description: 'Tokens of the reply.' },
    ttft_ms: { ...column, description: 'Time to first token, in milliseconds.' },
    ttft_secs: { ...column, description: 'The same, in seconds.' },
    itl_ms: { ...column, description: 'Mean gap between two tokens, in milliseconds.' },
    itl_secs: { ...column, description: 'The same, in seconds.' },
    e2e_ms: { ...column, description: 'Time of the whole answer, in milliseconds.' },
    e2e_secs: { ...column, description: 'The same, in seconds.' },
    timestamp_ms: { ...column, description: 'When the request came, in milliseconds or as a date and time.' },
    timestamp_secs: { ...column, description: 'The same, in seconds or as a date and time.' },
  },
} as const satisfies JsonSchema;

export const traceSchema = {
  type: 'object',
  description:
    'Recorded requests, from whose rows the replies of a chat or completion model take their lengths and delays; see the guide on replaying a trace.',
  additionalProperties: false,
  default: {},
  properties: {
    file: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 4_096,
      default: null,
      description:
        'The file. A relative path begins where the configuration file is that names it, elsewhere at the working directory. null: no trace.',
    },
    format: {
      type: 'string',
      enum: ['auto', 'csv', 'jsonl'],
      default: 'auto',
      description: 'CSV with a heading, or one JSON object a line. auto: JSON where the file begins with {.',
    },
    columns: columnsSchema,
    row: {
      type: 'string',
      enum: ['random', 'nearest'],
      default: 'random',
      description:
        'Which row a request gets: any, each as likely; or one of those whose prompt is nearest in tokens. Either follows from the request alone.',
    },
    max_rows: {
      type: 'integer',
      minimum: 1,
      maximum: ROWS_MAX,
      default: 20_000,
      description: 'So many rows are read, from the first on.',
      'x-unit': 'rows',
    },
  },
} as const satisfies JsonSchema;
