/**
 * What can be wrong with a configuration, told so that the reader can fix it: where the value came from, the path of its key,
 * what would be valid, and a suggestion where one is near.
 */
import { Failure } from '../kernel/failure.js';

/** Where a value came from. Lines and columns count from 1. */
export type Origin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  /** A file of which nothing was read. */
  | { readonly kind: 'whole_file'; readonly file: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'object' };

export type Path = readonly string[];

/** A problem before its origin is known: the layer that set the path supplies it. */
export interface Finding {
  readonly path: Path;
  /** Whether the key itself or its value is at fault; decides which of the two a line and column point at. */
  readonly part: 'key' | 'value';
  /** The value at the path; absent where the message is not about a value. */
  readonly value?: unknown;
  readonly message: string;
  readonly suggestion?: string | undefined;
  /** Another path that the problem depends on; the origin is whichever of the two was set by the higher layer. */
  readonly related?: Path;
}

export interface ConfigurationProblem {
  /** Dotted path of the key, "" for the document as a whole. */
  readonly path: string;
  readonly value?: unknown;
  /** What would be valid, to be read after the path. */
  readonly message: string;
  readonly origin: Origin;
  readonly suggestion?: string | undefined;
}

/** The whole configuration was refused; nothing of it is in effect. */
export class ConfigurationFailure extends Failure {
  readonly problems: readonly ConfigurationProblem[];

  constructor(code: 'CONFIG_INVALID' | 'CONFIG_UNREADABLE', problems: readonly ConfigurationProblem[], hint: string) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(code, `The configuration has ${count}:\n${formatProblems(problems)}`, { hint });
    this.name = 'ConfigurationFailure';
    this.problems = problems;
  }
}

/** simulation.time_scale, providers["gpt-4.1"].latency, admin.allowed_ips[0] */
export function formatPath(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (/^\d+$/.test(segment)) text += `[${segment}]`;
    else if (/^[\w<>/@:-]+$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** FILE:LINE:COLUMN, FILE, the variable, the flag, or "options.config". */
export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'whole_file':
      return origin.file;
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
    case 'object':
      return 'options.config';
  }
}

const shownValueCharsMax = 60;

/** For JSON.stringify, which would make null of them: numbers that JSON lacks, as YAML writes them. */
export function withYamlNumbers(_: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? '.nan' : `${value < 0 ? '-' : ''}.inf`;
}

function formatValue(value: unknown): string {
  const shown = withYamlNumbers('', value);
  const text = typeof value === 'number' ? String(shown) : (JSON.stringify(value, withYamlNumbers) ?? String(value));
  return text.length <= shownValueCharsMax ? text : `${text.slice(0, shownValueCharsMax)}…`;
}

/** What is wrong with the value and would be right, to be read after its path: `message (got value). suggestion`. */
export function formatMistake({
  value,
  message,
  suggestion,
}: Pick<Finding, 'value' | 'message' | 'suggestion'>): string {
  const got = value === undefined ? '' : ` (got ${formatValue(value)})`;
  return `${message}${got}${suggestion === undefined ? '' : `. ${suggestion}`}`;
}

/** One line per problem, for a terminal: `FILE:LINE:COLUMN  path: message (got value). suggestion`. */
export function formatProblems(problems: readonly ConfigurationProblem[]): string {
  return problems
    .map((problem) => {
      const subject = problem.path === '' ? '' : `${problem.path}: `;
      return `${formatOrigin(problem.origin)}  ${subject}${formatMistake(problem)}`;
    })
    .join('\n');
}
