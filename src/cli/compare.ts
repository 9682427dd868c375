/**
 * `llm-simulator compare`: sends the plan's requests to a simulator directly and through a gateway, and prints what the gateway adds, changes
 * and loses. Files are opened before the first request is sent.
 */
import { machineClock } from '../kernel/clock.js';
import { Failure } from '../kernel/failure.js';
import type { Assertion } from '../load/assertions/contract.js';
import { evaluate } from '../load/assertions/evaluate.js';
import { parseAssertions } from '../load/assertions/parse.js';
import { createClient } from '../load/client/client.js';
import { type CompareOptions, comparePaths } from '../load/compare/compare-paths.js';
import { compareVocabulary, type JudgedComparison } from '../load/compare/compare-vocabulary.js';
import type { CompareResult } from '../load/compare/result.js';
import type { DialectName, LoadPlan, Target } from '../load/contract.js';
import { describePlan } from '../load/plan/describe-plan.js';
import { verdictOf } from '../load/report/verdict.js';
import { headerProblem } from '../load/requests/header-rules.js';
import { watchUpstream } from '../load/validity/upstream-watch.js';
import { type CompareOutputFlags, CompareOutputs } from './compare-outputs.js';
import { exitCodeOfVerdict } from './exit-codes.js';
import { interruption } from './interruption.js';
import { headerOf, type PlanFlags, planOf } from './plan-settings.js';

export interface CompareFlags extends Omit<PlanFlags, 'url'>, CompareOutputFlags {
  readonly direct: string;
  readonly gateway: string;
  readonly pairs: number;
  readonly concurrency: number;
  readonly gatewayDialect?: DialectName;
  readonly gatewayModel?: string;
  readonly gatewayKey?: string;
  readonly gatewayHeader?: readonly string[];
  readonly marks: boolean;
  readonly upstream?: string;
  readonly adminKey?: string;
}

/** Of answers that nothing else bounds: some seconds each, so that a comparison of a few hundred takes a minute. */
const OUTPUT_TOKENS_DEFAULT = 64;
/** In front of the pairs that count, for each that is under way at once: connections are open then, and code is compiled. */
const WARM_UP_ROUNDS = 2;
const MS_PER_SEC = 1_000;

/** Compares the two ways and returns the exit code. */
export async function compare(flags: CompareFlags): Promise<number> {
  const assertions = assertionsOf(flags.assert ?? []);
  // Those of a plan's file are about a load.
  const { plan } = planOf(planFlags(flags), () => []);
  const outputs = new CompareOutputs(flags);
  const compared = await comparedPaths(flags, plan, outputs);
  const result = { ...compared, assertions: evaluate(assertions, compared) };
  await outputs.write(result);
  return exitCodeOfVerdict(verdictOf(result));
}

/** @throws Failure USAGE_INVALID with every problem */
function assertionsOf(texts: readonly string[]): readonly Assertion<JudgedComparison>[] {
  const { assertions, problems } = parseAssertions(texts, compareVocabulary);
  if (problems.length === 0) return assertions;
  const lines = problems.map(({ assertion, message, suggestion }) => {
    return `--assert '${assertion}' ${message}${suggestion === undefined ? '' : `: ${suggestion}`}`;
  });
  throw new Failure('USAGE_INVALID', lines.join('\n'), { hint: 'docs/compare.md lists the measures.' });
}

/** Those that a load plan has, with a bound for answers where nothing else gives one. */
function planFlags(flags: CompareFlags): PlanFlags {
  const { direct, outputTokens, plan, preset } = flags;
  const isBounded = outputTokens !== undefined || plan !== undefined || preset !== undefined;
  const { assert: _, ...others } = flags;
  return { ...others, url: direct, ...(!isBounded && { outputTokens: OUTPUT_TOKENS_DEFAULT }) };
}

async function comparedPaths(flags: CompareFlags, plan: LoadPlan, outputs: CompareOutputs): Promise<CompareResult> {
  const clock = machineClock();
  const upstreamUrl = flags.upstream ?? new URL(plan.target.url).origin;
  const admin = flags.adminKey === undefined ? {} : { adminKey: flags.adminKey };
  const watch = await watchUpstream({ url: upstreamUrl, ...admin, warmUpSecs: 0, clock });
  const { signal } = interruption();
  watch.begin();
  const result = await comparePaths(plan, {
    ...pathsOf(flags, plan.target),
    pairs: flags.pairs,
    concurrency: flags.concurrency,
    warmUpPairs: flags.concurrency * WARM_UP_ROUNDS,
    marks: flags.marks,
    ...(watch.found === 'simulator' && { upstream: { url: upstreamUrl, ...admin } }),
    // The plan's first line says how a load would arrive; here one pair follows the other.
    describedPlan: describePlan(plan).slice(1),
    createSender: (target, originUs) =>
      createClient({ target, originUs, clock, requestTimeoutMs: plan.requestTimeoutSecs * MS_PER_SEC }),
    nowUs: () => clock.nowUs(),
    signal,
    onProgress: (done) => outputs.progress(done, flags.pairs),
    onPairs: (pairs) => outputs.keep(pairs),
  });
  outputs.endOfRun();
  // Both ways meet a late simulator alike, and what it sent late is taken off: the figures are less sharp, not wrong.
  return { ...result, warnings: [...result.warnings, ...(await watch.end(signal))] };
}

/** The plan has those of both ways, and refuses them; this one is of none. */
function gatewayHeaderOf(line: string): [name: string, value: string] {
  const [name, value] = headerOf(line, '--gateway-header');
  const problem = headerProblem(name, value);
  if (problem === undefined) return [name, value];
  throw new Failure('USAGE_INVALID', `--gateway-header ${name} ${problem.message}`, {
    hint: 'Leave it out, or give it another value.',
  });
}

function pathsOf(flags: CompareFlags, target: Target): Pick<CompareOptions, 'direct' | 'gateway'> {
  const { gateway, gatewayDialect, gatewayHeader = [], gatewayKey, gatewayModel } = flags;
  const headers = {
    ...target.headers,
    ...Object.fromEntries(gatewayHeader.map(gatewayHeaderOf)),
  };
  return {
    direct: { target },
    gateway: {
      target: { url: gateway, headers, apiKey: gatewayKey ?? target.apiKey },
      ...(gatewayDialect !== undefined && { dialect: gatewayDialect }),
      ...(gatewayModel !== undefined && { model: gatewayModel }),
    },
  };
}
