/**
 * A row for each request, in RFC 4180's form with a head, written while the run goes on. Memory is bounded by the block that is being
 * filled. A disk that is full does not end the run: the first error is kept, what follows is not written, and closing tells it.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { writeReasonOf } from '../../config/file-reasons.js';
import { Failure } from '../../kernel/failure.js';
import type { RequestRecord, RunSink } from '../contract.js';
import { type CsvCell, csvLine } from './csv-line.js';

/** One write for some hundred rows; written at once, since the threads that keep the time are others. */
const BLOCK_CHARS = 65_536;

interface Column {
  readonly name: string;
  cell(record: RequestRecord): CsvCell;
}

/** Times are milliseconds: `intended` and `sent` from the run's start, the others from the intended time of sending, as in all figures. */
const COLUMNS: readonly Column[] = [
  { name: 'key', cell: ({ key }) => key },
  { name: 'conversation', cell: ({ conversation }) => conversation },
  { name: 'turn', cell: ({ turn }) => turn },
  { name: 'mix', cell: ({ mix }) => mix },
  { name: 'dialect', cell: ({ dialect }) => dialect },
  { name: 'model', cell: ({ model }) => model },
  { name: 'stream', cell: ({ stream }) => stream },
  { name: 'identity', cell: ({ identity }) => (identity < 0 ? undefined : identity) },
  { name: 'intended_ms', cell: ({ intendedUs }) => milliseconds(intendedUs) },
  { name: 'sent_ms', cell: ({ sentUs }) => milliseconds(sentUs) },
  { name: 'headers_ms', cell: (record) => fromIntended(record, record.headersUs) },
  { name: 'first_chunk_ms', cell: (record) => fromIntended(record, record.chunkTimesUs.at(0)) },
  { name: 'last_chunk_ms', cell: (record) => fromIntended(record, record.chunkTimesUs.at(-1)) },
  { name: 'end_ms', cell: (record) => fromIntended(record, record.endUs) },
  { name: 'chunks', cell: ({ chunkTimesUs }) => chunkTimesUs.length },
  { name: 'status', cell: ({ status }) => status },
  { name: 'outcome', cell: ({ outcome }) => outcome },
  { name: 'error', cell: ({ error }) => error },
  { name: 'finish_reason', cell: ({ finishReason }) => finishReason },
  { name: 'input_tokens', cell: ({ usage }) => usage?.inputTokens },
  { name: 'cached_input_tokens', cell: ({ usage }) => usage?.cachedInputTokens },
  { name: 'output_tokens', cell: ({ usage }) => usage?.outputTokens },
  { name: 'reasoning_tokens', cell: ({ usage }) => usage?.reasoningTokens },
  { name: 'bytes', cell: ({ bytes }) => bytes },
  { name: 'retry_after_ms', cell: ({ retryAfterMs }) => retryAfterMs },
];

export const CSV_HEAD = csvLine(COLUMNS.map(({ name }) => name));

export interface RequestsCsv extends RunSink {
  /** @throws Failure OUTPUT_FAILED when not all rows could be written */
  close(): void;
}

/**
 * A sink that writes into the file, which is emptied first.
 * @throws Failure OUTPUT_FAILED when the file cannot be opened
 */
export function requestsCsv(path: string): RequestsCsv {
  const file = attempt(path, () => openSync(path, 'w'));
  let block = CSV_HEAD;
  let failure: Failure | undefined;
  const flush = (): void => {
    try {
      if (failure === undefined) attempt(path, () => writeAll(file, block));
    } catch (error) {
      failure = error as Failure;
    }
    block = '';
  };
  return {
    record(record) {
      block += csvRow(record);
      if (block.length >= BLOCK_CHARS) flush();
    },
    close() {
      flush();
      closeSync(file);
      if (failure !== undefined) throw failure;
    },
  };
}

/** One row with its line's end. */
export function csvRow(record: RequestRecord): string {
  return csvLine(COLUMNS.map(({ cell }) => cell(record)));
}

function fromIntended({ intendedUs, sentUs }: RequestRecord, us: number | undefined): number | undefined {
  return us === undefined ? undefined : milliseconds(sentUs - intendedUs + us);
}

/** Exact to the microsecond. */
function milliseconds(us: number): number {
  return Math.round(us) / 1_000;
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function attempt<Value>(path: string, action: () => Value): Value {
  try {
    return action();
  } catch (cause) {
    throw new Failure('OUTPUT_FAILED', `${path} cannot be written: ${writeReasonOf(cause)}`, {
      hint: 'Rows that were written before are in the file.',
      cause,
    });
  }
}
