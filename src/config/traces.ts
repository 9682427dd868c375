/**
 * The files that models name as their traces, read when a configuration is loaded: afterwards nothing depends on them any more. Files are
 * read only as far as rows are wanted, and never beyond a bound.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { ChosenColumns } from '../latency/traces/column-names.js';
import type { Trace } from '../latency/traces/trace.js';
import { LINE_CHARS_MAX, TraceReader, type TraceReaderOptions } from '../latency/traces/trace-reader.js';
import { reasonOf } from './file-reasons.js';
import { isPlainObject } from './plain-data.js';
import type { ConfigurationProblem, Finding, Path } from './problems.js';
import { formatPath } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import { type TraceConfiguration, traceKeyOf } from './trace-key.js';

/** The most rows that are taken, with the longest names and some detail each, stay below. */
const bytesMax = 268_435_456;
const blockBytes = 65_536;

/** The models of one configuration file, with the paths of their traces made absolute: they are relative to the file. */
export function withTraceFiles(models: unknown, configurationFile: string): unknown {
  if (!isPlainObject(models)) return models;
  const folder = dirname(configurationFile);
  const entries = Object.entries(models).map(([name, model]) => {
    if (!isPlainObject(model) || !isPlainObject(model.trace) || !isNonEmptyText(model.trace.file)) return [name, model];
    return [name, { ...model, trace: { ...model.trace, file: resolve(folder, model.trace.file) } }];
  });
  return Object.fromEntries(entries);
}

/** An empty path would become that of the folder, and is refused as what it is. */
function isNonEmptyText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export interface ReadTraces {
  /** By traceKeyOf. */
  readonly traces: NonNullable<Configuration['traces']>;
  /** Problems of lines, with their place in the file. */
  readonly problems: readonly ConfigurationProblem[];
  /** Problems of a file as a whole. */
  readonly findings: readonly Finding[];
}

/** Reads what the enabled models of a valid configuration name. */
export function readTraces(configuration: Configuration): ReadTraces {
  const traces: { [key: string]: Trace } = {};
  const unreadable = new Set<string>();
  const problems: ConfigurationProblem[] = [];
  const findings: Finding[] = [];
  for (const [name, { enabled, trace }] of Object.entries(configuration.providers)) {
    const key = traceKeyOf(trace);
    if (!enabled || key === undefined || trace.file === null || unreadable.has(key)) continue;
    const path = ['providers', name, 'trace'];
    if (traces[key] === undefined) {
      const read = readTrace(resolve(trace.file), optionsOf(trace));
      if ('reason' in read) {
        unreadable.add(key);
        findings.push({ path: [...path, 'file'], part: 'value', value: trace.file, message: read.reason });
        continue;
      }
      traces[key] = read.trace;
      problems.push(...problemsOf(read, path, trace.file));
    }
    const columns = traces[key]?.columns;
    if (trace.row === 'nearest' && columns?.inputTokens === undefined) {
      const message = 'must not be "nearest" for a trace without prompt tokens';
      findings.push({ path: [...path, 'row'], part: 'value', value: trace.row, message });
    }
  }
  return { traces, problems, findings };
}

function problemsOf({ problems }: Pick<TraceReader, 'problems'>, path: Path, file: string): ConfigurationProblem[] {
  return problems.map(({ line, message }) => ({
    path: formatPath([...path, 'file']),
    message,
    origin: { kind: 'file', file, line, column: 1 },
  }));
}

export type ReadTrace =
  | { readonly trace: Trace; readonly problems: TraceReader['problems'] }
  | { readonly reason: string };

const optionsOf = ({ format, columns, max_rows: maxRows }: TraceConfiguration): TraceReaderOptions => ({
  format,
  columns: chosen(columns),
  maxRows,
});

/** A file as a trace with the problems of its lines, or in words to be read after its name why it cannot be read. */
export function readTrace(file: string, options: TraceReaderOptions): ReadTrace {
  const reader = new TraceReader(options);
  try {
    // To open a pipe would wait for whoever writes to it.
    if (!statSync(file).isFile()) return { reason: 'must be a file' };
    const descriptor = openSync(file, 'r');
    try {
      readLines(descriptor, reader);
    } finally {
      closeSync(descriptor);
    }
    return { trace: reader.end(), problems: reader.problems };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

/** Hands the file's lines to the reader while it wants more. What is kept of a line is never longer than the reader looks at. */
function readLines(descriptor: number, reader: TraceReader): void {
  const decoder = new StringDecoder('utf8');
  const block = Buffer.alloc(blockBytes);
  let rest = '';
  for (let bytes = 0; bytes < bytesMax && reader.wantsMore; ) {
    const count = readSync(descriptor, block, 0, blockBytes, null);
    if (count === 0) {
      reader.readLine(rest + decoder.end());
      return;
    }
    bytes += count;
    const lines = (rest + decoder.write(block.subarray(0, count))).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE_CHARS_MAX + 1);
    for (const line of lines) reader.readLine(line);
  }
}

function chosen(columns: TraceConfiguration['columns']): ChosenColumns {
  return Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== null)) as ChosenColumns;
}
