/**
 * trace: the arrival times of a recorded trace, again, as they were or faster. The file is read by whoever has the plan; its rows are handed
 * in beside the parameters (`arrivals_ms`, ascending, the first at 0: see recorded-arrivals.ts).
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ParameterProblem } from '../../../latency/contract.js';
import type { ArrivalPattern, ListedCourse } from '../contract.js';
import { shownNumber } from '../parameters.js';

const SPEED_MIN = 0.001;
const SPEED_MAX = 100_000;

/** As many as are worth the memory of every thread: two numbers and a time each. */
const ROWS_MAX = 1_000_000;

const column = { type: 'string', minLength: 1, maxLength: 200 } as const;

const schema = {
  type: 'object',
  description:
    'The arrival times of a recorded trace, from its first one on. A file of CSV with a heading or of JSON objects, one a line.',
  properties: {
    pattern: { const: 'trace' },
    file: {
      type: 'string',
      minLength: 1,
      maxLength: 4_096,
      description: 'The file. A relative path begins where the plan file is, elsewhere at the working directory.',
    },
    format: {
      type: 'string',
      enum: ['auto', 'csv', 'jsonl'],
      default: 'auto',
      description: 'CSV with a heading, or one JSON object a line. auto: JSON where the file begins with {.',
    },
    columns: {
      type: 'object',
      description: 'The names of columns that are not known by their own: CSV headings or JSON keys.',
      additionalProperties: false,
      properties: {
        timestamp_ms: { ...column, description: 'When the request came, in milliseconds or as a date and time.' },
        timestamp_secs: { ...column, description: 'The same, in seconds or as a date and time.' },
        input_tokens: { ...column, description: 'Tokens of the prompt.' },
        output_tokens: { ...column, description: 'Tokens of the answer.' },
      },
    },
    max_rows: {
      type: 'integer',
      minimum: 1,
      maximum: ROWS_MAX,
      default: ROWS_MAX,
      description: 'So many rows are read, from the first on.',
      'x-unit': 'rows',
    },
    use_lengths: {
      type: 'boolean',
      default: false,
      description:
        "Whether a row's tokens of prompt and answer are also those of its conversation's first turn, in place of the mix's. For a plan whose only stage it is.",
    },
    speed: {
      type: 'number',
      minimum: SPEED_MIN,
      maximum: SPEED_MAX,
      default: 1,
      description: 'How many times as fast it is replayed.',
    },
  },
  required: ['pattern', 'file'],
  additionalProperties: false,
  examples: [{ pattern: 'trace', file: 'azure-2024.csv', speed: 10 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema> & { readonly arrivals_ms?: readonly number[] };

function problems({ arrivals_ms: arrivals }: Parameters): ParameterProblem[] {
  return arrivals?.length === 0 ? [{ path: ['file'], message: 'has no row with an arrival time' }] : [];
}

/** @throws RangeError without the file's rows */
function create({ file, speed = 1, arrivals_ms: arrivals }: Parameters): ListedCourse {
  if (arrivals === undefined) throw new RangeError(`the rows of the trace ${file} were not handed in`);
  const secsAt = (index: number) => arrivals[index]! / 1_000 / speed;
  const durationSecs = arrivals.length === 0 ? 0 : secsAt(arrivals.length - 1);
  return { kind: 'listed', durationSecs, expected: arrivals.length, secsAt };
}

export const trace = {
  name: 'trace',
  schema,
  problems,
  create,
  describe: ({ file, speed = 1 }) => `of ${file}${speed === 1 ? '' : ` at ${shownNumber(speed)} times its speed`}`,
} as const satisfies ArrivalPattern<Parameters>;
