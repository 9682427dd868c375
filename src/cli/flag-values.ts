/** Values of flags: what each kind accepts, and in which words a wrong one is refused. */
import { InvalidArgumentError } from 'commander';
import { withoutCredentials } from '../load/plan/shown-plan.js';
import { DURATION_SECS_MAX } from '../scenarios/contract.js';

/** Keys that nobody has to put into a command line, where every user of the machine can read them. */
export const API_KEY_VARIABLE = 'LLM_SIM_LOAD_API_KEY';
export const ADMIN_KEY_VARIABLE = 'LLM_SIM_ADMIN_KEY';

/** Where an API is: with the path in front of the API's own, if there is one, without a slash at its end, and without a password. */
export function baseUrl(text: string): string {
  const url = text.replace(/\/+$/, '');
  if (!/^https?:\/\/[^\s?#]+$/.test(url) || !URL.canParse(url)) {
    throw new InvalidArgumentError('must be an http:// or https:// URL without query.');
  }
  const [, before, version] = /^(.*)\/(v1|v1beta)$/.exec(url) ?? [];
  if (version === undefined) return withoutCredentials(url);
  throw new InvalidArgumentError(`must not end with /${version}, with which the path of the API begins: "${before}"?`);
}

/** For a flag that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function integerIn(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`must be an integer from ${minimum} to ${maximum}.`);
  };
}

export function secondsFrom0(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= DURATION_SECS_MAX) return value;
  throw new InvalidArgumentError(`must be a number from 0 to ${DURATION_SECS_MAX}.`);
}

/** Any number that is not negative; the range is the plan's to judge. */
export function plainNumber(text: string): number {
  if (isPlainNumber(text)) return Number(text);
  throw new InvalidArgumentError('must be a number.');
}

const secondsOf: { readonly [unit: string]: number } = { ms: 0.001, s: 1, m: 60, h: 3_600 };

/** `30`, `30s`, `500ms`, `5m`, `1h`: in seconds, a number without unit too. */
export function durationSecs(text: string): number {
  const [, number = '', unit = 's'] = /^([\d.]+)(ms|s|m|h)?$/.exec(text) ?? [];
  if (isPlainNumber(number)) return Number(number) * secondsOf[unit]!;
  throw new InvalidArgumentError('must be a time: 30, 30s, 500ms, 5m, 1h.');
}

/** The same in milliseconds, in which a number without unit is taken. */
export function durationMs(text: string): number {
  return isPlainNumber(text) ? Number(text) : durationSecs(text) * 1_000;
}

/** `300`, or `300,800` for a median and a 95th percentile. */
export function tokenLength(text: string): number | { readonly p50: number; readonly p95: number } {
  const [, p50, p95] = /^(\d{1,9})(?:,(\d{1,9}))?$/.exec(text) ?? [];
  if (p50 === undefined)
    throw new InvalidArgumentError('must be a number, or a median and a 95th percentile: 300,800.');
  return p95 === undefined ? Number(p50) : { p50: Number(p50), p95: Number(p95) };
}

function isPlainNumber(text: string): boolean {
  return /^(\d+\.?\d*|\.\d+)$/.test(text) && text.length <= 20;
}
