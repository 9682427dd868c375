/**
 * Which headers and which fields of the JSON a gateway lost, added or changed. Fields are compared over the whole answer, by their path
 * without positions, so that it does not matter in which event a value stands: those of one path are equal when they are the same set of
 * values, or when they are texts that join to the same one (content in other pieces).
 *
 *   {"choices": [{"delta": {"content": "a"}}]}   →   choices[].delta.content = "a"
 *
 * Bounded: an answer has PATHS_MAX paths at most, each with VALUES_MAX different values, and what is shown of a value is cut.
 */
import type { Capture } from '../contract.js';
import { CONNECTION_HEADERS } from '../requests/header-rules.js';
import type { Difference } from './contract.js';

const PATHS_MAX = 2_000;
/** Far more than an answer has chunks. */
const VALUES_MAX = 20_000;
const DEPTH_MAX = 32;
const SHOWN_CHARS_MAX = 120;

/** Of the connection rather than the answer, or another for each sending. */
const UNCOMPARED_HEADERS = new Set([
  ...CONNECTION_HEADERS,
  'date',
  // What the simulator says of itself at the moment.
  'x-llm-sim-saturated',
  'x-llm-sim-backpressure',
]);
/** What is left of a limit depends on what came before, on either way. */
const STATE_HEADER = /ratelimit|retry-after/;

export function headerDifferences(direct: Capture['headers'], gateway: Capture['headers']): readonly Difference[] {
  const names = new Set([...Object.keys(direct), ...Object.keys(gateway)]);
  return [...names]
    .filter((name) => !UNCOMPARED_HEADERS.has(name))
    .sort()
    .flatMap((name) => {
      const [one, other] = [direct[name], gateway[name]];
      if (one === other || (one !== undefined && other !== undefined && STATE_HEADER.test(name))) return [];
      return [differenceOf(name, one, other)];
    });
}

export function fieldDifferences(direct: Capture, gateway: Capture): readonly Difference[] {
  const one = fieldsOf(direct);
  const other = fieldsOf(gateway);
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names.flatMap((name) => {
    const [before, after] = [one.get(name), other.get(name)];
    if (before === undefined || after === undefined) return [differenceOf(name, before?.[0], after?.[0])];
    const [left, right] = firstDifference(before, after) ?? [];
    return left === undefined && right === undefined ? [] : [{ ...differenceOf(name, left, right), kind: 'changed' }];
  });
}

function differenceOf(name: string, direct: string | undefined, gateway: string | undefined): Difference {
  const kind = gateway === undefined ? 'lost' : direct === undefined ? 'added' : 'changed';
  return {
    name,
    kind,
    ...(direct !== undefined && { direct: shown(direct) }),
    ...(gateway !== undefined && { gateway: shown(gateway) }),
  };
}

/** A value of each that the other has not, or nothing where both say the same. */
function firstDifference(
  direct: readonly string[],
  gateway: readonly string[],
): readonly [string | undefined, string | undefined] | undefined {
  const [one, other] = [new Set(direct), new Set(gateway)];
  const left = direct.find((value) => !other.has(value));
  const right = gateway.find((value) => !one.has(value));
  if (left === undefined && right === undefined) return undefined;
  return joined(direct) === joined(gateway) ? undefined : [left ?? direct[0], right ?? gateway[0]];
}

/** Texts in a row, as one; other values stay apart. */
function joined(values: readonly string[]): string {
  return values.every((value) => value.startsWith('"'))
    ? values.map((value) => JSON.parse(value) as string).join('')
    : values.join('\n');
}

/** The values of each path, as JSON, in the order in which they came. */
function fieldsOf({ events, eventNames }: Capture): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  events.forEach((data, index) => {
    const name = eventNames[index] ?? '';
    if (name !== '') add(fields, '(event)', JSON.stringify(name));
    collect(fields, '', parsed(data), 0);
  });
  return fields;
}

/** An event that is no JSON (`[DONE]`) stands for itself. */
function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return { '(data)': data };
  }
}

function collect(fields: Map<string, string[]>, path: string, value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) {
    add(fields, path, JSON.stringify(value));
  } else if (depth === DEPTH_MAX) {
    add(fields, path, '(too deep)');
  } else if (Array.isArray(value)) {
    if (value.length === 0) add(fields, `${path}[]`, '(empty)');
    for (const item of value) collect(fields, `${path}[]`, item, depth + 1);
  } else {
    for (const [key, item] of Object.entries(value))
      collect(fields, path === '' ? key : `${path}.${key}`, item, depth + 1);
  }
}

function add(fields: Map<string, string[]>, path: string, value: string): void {
  const values = fields.get(path);
  if (values !== undefined) {
    if (values.length < VALUES_MAX) values.push(value);
  } else if (fields.size < PATHS_MAX) {
    fields.set(path, [value]);
  }
}

const shown = (value: string): string =>
  value.length > SHOWN_CHARS_MAX ? `${value.slice(0, SHOWN_CHARS_MAX)}…` : value;
