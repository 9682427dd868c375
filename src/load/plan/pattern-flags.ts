/**
 * Arrivals as a command line gives them: stages by `--pattern`, with `--rate` and `--duration` for what they leave out, as a layer of a plan.
 * Whether there are such patterns with such parameters, the plan's checks say.
 */
import type { Layer } from '../../config/layers.js';
import type { Path } from '../../config/problems.js';
import { Failure } from '../../kernel/failure.js';
import { arrivalPatterns } from '../arrivals/registry.js';
import { DURATION_SECS_DEFAULT } from './load-plan.js';
import type { WrittenStage } from './pattern-text.js';
import { RUN_SECS_MAX } from './schema.js';

/** What a rate means where no pattern is named. */
const PATTERN_DEFAULT = 'poisson';

export interface ArrivalFlags {
  readonly patterns: readonly WrittenStage[];
  readonly rate: number | undefined;
  readonly durationSecs: number | undefined;
  /** Whether a number of requests ends the run. */
  readonly endsByRequests: boolean;
}

/**
 * The layer of a plan that the flags make; undefined where they say nothing of arrivals.
 * @throws Failure USAGE_INVALID for a rate that no pattern takes
 */
export function arrivalLayer(flags: ArrivalFlags): Layer | undefined {
  const { patterns, rate, durationSecs } = flags;
  if (patterns.length === 0 && rate === undefined) return undefined;
  const given = patterns.length === 0 ? [{ pattern: PATTERN_DEFAULT }] : patterns;
  if (rate !== undefined && !given.some((stage) => lacks(stage, 'rate'))) throw rateFailure(given);
  const fallbackSecs = durationSecs ?? (flags.endsByRequests ? RUN_SECS_MAX : DURATION_SECS_DEFAULT);
  const arrivals = given.map((stage) => ({
    ...stage,
    ...(rate !== undefined && lacks(stage, 'rate') ? { rate } : {}),
    ...(lacks(stage, 'duration_secs') ? { duration_secs: fallbackSecs } : {}),
  }));
  const flagOf = ([, index, key]: Path): string => {
    if (patterns.length === 0) return key === 'duration_secs' ? '--duration' : '--rate';
    const stage = given[Number(index)];
    if (key === 'rate' && rate !== undefined && stage !== undefined && lacks(stage, 'rate')) return '--rate';
    return '--pattern';
  };
  return { value: { arrivals }, originOf: (path) => ({ kind: 'flag', flag: flagOf(path) }) };
}

/** Whether the stage's pattern, if there is one of its name, has the parameter, and the stage does not give it. */
function lacks(stage: WrittenStage, parameter: string): boolean {
  const found = arrivalPatterns.find(({ name }) => name === stage.pattern);
  const takes = found === undefined || Object.hasOwn(found.schema.properties, parameter);
  return takes && !Object.hasOwn(stage, parameter);
}

function rateFailure(stages: readonly WrittenStage[]): Failure {
  const names = stages.map(({ pattern }) => String(pattern)).join(', ');
  return new Failure('USAGE_INVALID', `--rate is for a pattern that lacks its rate, and ${names} lacks none`, {
    hint: 'Leave --rate out, or name the rate in the pattern alone.',
  });
}
