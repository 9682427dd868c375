/** What `validate` says about the traces that a configuration names: how many rows were read, of what, and what was left out. */
import type { Trace, TraceField } from '../latency/traces/trace.js';
import type { Configuration } from './schema/configuration.js';
import { traceKeyOf } from './trace-key.js';

export interface TraceReport {
  readonly file: string;
  /** The models that use it. */
  readonly models: readonly string[];
  readonly rows: number;
  /** Rows that were left out because their request got no output. */
  readonly without_output: number;
  /** What the rows say (output_tokens, ttft_ms, …), each with the name of its column. */
  readonly columns: { readonly [field: string]: string };
}

/** Expects a valid configuration. One entry per trace, in the order of the models that first name them. */
export function reportTraces({ providers, traces = {} }: Configuration): TraceReport[] {
  const reports = new Map<string, TraceReport>();
  for (const [name, { trace }] of Object.entries(providers)) {
    const key = traceKeyOf(trace);
    const read = key === undefined ? undefined : traces[key];
    if (key === undefined || read === undefined) continue;
    const report = {
      file: trace.file ?? '',
      models: [...(reports.get(key)?.models ?? []), name],
      rows: read.rows,
      without_output: read.withoutOutput,
      columns: columnsOf(read),
    };
    reports.set(key, report);
  }
  return [...reports.values()];
}

function columnsOf({ columns, names }: Trace): TraceReport['columns'] {
  return Object.fromEntries(
    Object.keys(columns).map((field) => [
      field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      names[field as TraceField] ?? '',
    ]),
  );
}

/** A file may call its columns anything. */
function shownName(name: string): string {
  return JSON.stringify(name.slice(0, 40).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?'));
}

/** For a terminal: a line for each. */
export function formatTraces(reports: readonly TraceReport[]): string[] {
  return reports.map(({ file, models, rows, without_output: left, columns }) => {
    const fields = Object.entries(columns).map(([field, name]) =>
      field === name ? field : `${field} (${shownName(name)})`,
    );
    const leftOut = left === 0 ? '' : `, ${left} without output left out`;
    return `${file}: ${rows} rows of ${fields.join(', ')}${leftOut} (${models.join(', ')})`;
  });
}
