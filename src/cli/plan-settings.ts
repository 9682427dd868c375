/** The flags that make or change a load plan, as its settings. What `load` and `compare` have in common of a command line. */
import { availableParallelism } from 'node:os';
import { Failure } from '../kernel/failure.js';
import { arrivalLayer } from '../load/plan/pattern-flags.js';
import type { WrittenStage } from '../load/plan/pattern-text.js';
import { type PlanRequest, type PlanSetting, type ReadPlan, readPlan } from '../load/plan/read-plan.js';

type FlagLength = number | { readonly p50: number; readonly p95: number };

export interface PlanFlags {
  readonly plan?: string;
  readonly preset?: string;
  readonly url?: string;
  readonly rate?: number;
  readonly pattern?: readonly WrittenStage[];
  readonly users?: number;
  readonly thinkTime?: number;
  readonly rampUp?: number;
  readonly duration?: number;
  readonly requests?: number;
  readonly warmUp?: number;
  readonly maxInFlight?: number;
  readonly timeout?: number;
  readonly grace?: number;
  readonly threads?: number;
  readonly seed?: number;
  readonly dialect?: string;
  readonly model?: string;
  readonly stream?: boolean;
  readonly promptTokens?: FlagLength;
  readonly outputTokens?: FlagLength;
  readonly turns?: FlagLength;
  readonly apiKey?: string;
  readonly identities?: number;
  readonly header?: readonly string[];
  readonly requestIds?: boolean;
  readonly assert?: readonly string[];
  readonly objective?: readonly (readonly [key: string, ms: number])[];
}

type Setting = readonly [flag: keyof PlanFlags, path: readonly string[], origin: string];

const SETTINGS: readonly Setting[] = [
  ['url', ['target', 'url'], '--url'],
  ['apiKey', ['target', 'api_key'], '--api-key'],
  ['users', ['closed_loop', 'users'], '--users'],
  ['thinkTime', ['closed_loop', 'think_time'], '--think-time'],
  ['rampUp', ['closed_loop', 'ramp_up_secs'], '--ramp-up'],
  ['duration', ['duration_secs'], '--duration'],
  ['requests', ['max_requests'], '--requests'],
  ['warmUp', ['warm_up_secs'], '--warm-up'],
  ['maxInFlight', ['max_in_flight'], '--max-in-flight'],
  ['timeout', ['request_timeout_secs'], '--timeout'],
  ['grace', ['grace_period_secs'], '--grace'],
  ['threads', ['threads'], '--threads'],
  ['seed', ['seed'], '--seed'],
  ['identities', ['identities', 'count'], '--identities'],
];

const MIX_SETTINGS: readonly Setting[] = [
  ['dialect', ['dialect'], '--dialect'],
  ['model', ['model'], '--model'],
  ['stream', ['stream'], '--stream'],
  ['promptTokens', ['prompt_tokens'], '--prompt-tokens'],
  ['outputTokens', ['output_tokens'], '--output-tokens'],
  ['turns', ['conversation', 'turns'], '--turns'],
];

/**
 * The plan of a file or preset and the flags that change it.
 * @throws ConfigurationFailure for a plan that is wrong, Failure USAGE_INVALID for flags that are
 */
export function planOf(flags: PlanFlags, assertionProblems: PlanRequest['assertionProblems']): ReadPlan {
  if (flags.url === undefined && flags.plan === undefined) {
    throw new Failure('USAGE_INVALID', 'nothing says where requests go', {
      hint: 'Say it by --url http://127.0.0.1:8080, or by target.url in a --plan.',
    });
  }
  const { pattern: patterns = [], rate, duration: durationSecs, requests } = flags;
  const arrivals = arrivalLayer({ patterns, rate, durationSecs, endsByRequests: requests !== undefined });
  if (arrivals !== undefined) refuseUserFlags(flags);
  const settings = [
    ...settingsOf(SETTINGS, flags),
    ...headerSettings(flags.header ?? []),
    ...(flags.objective ?? []).map(([key, value]) => ({ path: ['objectives', key], value, origin: '--objective' })),
    ...(flags.requestIds === false ? [{ path: ['request_ids'], value: false, origin: '--no-request-ids' }] : []),
  ];
  return readPlan({
    preset: flags.preset,
    file: flags.plan,
    arrivals,
    settings,
    mixSettings: settingsOf(MIX_SETTINGS, flags),
    assertions: flags.assert ?? [],
    assertionProblems,
    cores: availableParallelism(),
  });
}

function settingsOf(table: readonly Setting[], flags: PlanFlags): PlanSetting[] {
  return table.flatMap(([flag, path, origin]) => {
    const value = flags[flag];
    return value === undefined ? [] : [{ path, value, origin }];
  });
}

function refuseUserFlags({ thinkTime, rampUp }: PlanFlags): void {
  if (thinkTime === undefined && rampUp === undefined) return;
  const flag = thinkTime === undefined ? '--ramp-up' : '--think-time';
  throw new Failure('USAGE_INVALID', `${flag} is for users, and arrivals at a rate have none`, {
    hint: 'Use it with --users, or leave it out.',
  });
}

function headerSettings(lines: readonly string[]): PlanSetting[] {
  return lines.map((line) => {
    const [name, value] = headerOf(line, '--header');
    return { path: ['target', 'headers', name], value, origin: '--header' };
  });
}

/**
 * Name, in lower case, and value of a header as a flag gives it.
 * @throws Failure USAGE_INVALID
 */
export function headerOf(line: string, flag: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
  if (name !== '') return [name.toLowerCase(), value];
  throw new Failure('USAGE_INVALID', `${flag} '${line.slice(0, 80)}' is no header`, {
    hint: "It has the form 'name: value'.",
  });
}
