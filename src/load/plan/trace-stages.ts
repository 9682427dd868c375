/**
 * The files that stages of the pattern `trace` name, read when the plan is: afterwards nothing depends on them any more, and threads get the
 * rows with the plan.
 */
import { dirname, resolve } from 'node:path';
import { withDefaults } from '../../config/merge.js';
import { isPlainObject } from '../../config/plain-data.js';
import { type ConfigurationProblem, type Finding, formatPath, type Path } from '../../config/problems.js';
import { type ReadTrace, readTrace } from '../../config/traces.js';
import type { Trace } from '../../latency/traces/trace.js';
import type { TraceReaderOptions } from '../../latency/traces/trace-reader.js';
import { trace } from '../arrivals/patterns/trace.js';
import { recordedArrivals } from '../arrivals/recorded-arrivals.js';
import type { ArrivalStage, LoadPlan } from '../contract.js';

/** A file's stages with the paths of their traces made absolute: they are relative to the file. */
export function withTraceFiles(document: unknown, planFile: string): unknown {
  if (!isPlainObject(document) || !Array.isArray(document.arrivals)) return document;
  const folder = dirname(planFile);
  const arrivals = document.arrivals.map((stage: unknown) => {
    if (!isPlainObject(stage) || typeof stage.file !== 'string' || stage.file === '') return stage;
    return { ...stage, file: resolve(folder, stage.file) };
  });
  return { ...document, arrivals };
}

type TraceParameters = Pick<TraceReaderOptions, 'format' | 'columns'> & { readonly max_rows: number };

export interface ReadStages {
  readonly stages: readonly ArrivalStage[];
  /** Of conversations, by their numbers: where the first stage is a trace that is used for them. */
  readonly lengths: LoadPlan['recordedLengths'];
  /** Problems of lines, with their place in the file. */
  readonly problems: readonly ConfigurationProblem[];
  /** Problems of a file as a whole. */
  readonly findings: readonly Finding[];
}

/** Stages that passed their checks, with the rows of their files. */
export function withTraceRows(stages: readonly ArrivalStage[]): ReadStages {
  const problems: ConfigurationProblem[] = [];
  const findings: Finding[] = [];
  let lengths: LoadPlan['recordedLengths'];
  const complete = stages.map((stage, index) => {
    const { pattern, file } = stage;
    if (pattern !== 'trace' || typeof file !== 'string') return stage;
    const path = ['arrivals', String(index), 'file'];
    const read = readTrace(resolve(file), traceOptions(stage));
    if ('reason' in read) {
      findings.push({ path, part: 'value', value: file, message: read.reason });
      return stage;
    }
    problems.push(...problemsOf(read, path, file));
    const { arrivalsMs, ...recorded } = recordedArrivals(read.trace);
    if (stage.use_lengths === true) lengths = recorded;
    return { ...stage, arrivals_ms: arrivalsMs };
  });
  return { stages: complete, lengths, problems, findings };
}

/** The stage's own keys, which its schema has checked; defaults are there. */
function traceOptions(stage: ArrivalStage): TraceReaderOptions {
  const { format, columns, max_rows: maxRows } = withDefaults(trace.schema, stage) as TraceParameters;
  return { format, columns: columns ?? {}, maxRows, wantsArrivals: true };
}

function problemsOf(
  { problems }: Extract<ReadTrace, { trace: Trace }>,
  path: Path,
  file: string,
): ConfigurationProblem[] {
  return problems.map(({ line, message }) => ({
    path: formatPath(path),
    message,
    origin: { kind: 'file', file, line, column: 1 },
  }));
}
