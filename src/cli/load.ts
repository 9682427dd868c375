/**
 * `llm-simulator load`: makes the plan, runs it, watches the generator and the simulator behind it, and prints what it came to. Files are
 * opened before the first request, so that a run of an hour is not lost to a wrong path.
 */

import { machineClock } from '../kernel/clock.js';
import { Failure } from '../kernel/failure.js';
import { packageVersion } from '../kernel/package-root.js';
import { evaluate } from '../load/assertions/evaluate.js';
import { loadVocabulary } from '../load/assertions/load-vocabulary.js';
import { parseAssertions } from '../load/assertions/parse.js';
import type { LoadPlan } from '../load/contract.js';
import { runLoad } from '../load/generator/run-load.js';
import { createMeasures } from '../load/measures/measures.js';
import { describePlan } from '../load/plan/describe-plan.js';
import { shownPlan } from '../load/plan/shown-plan.js';
import { verdictOf } from '../load/report/verdict.js';
import type { RunResult } from '../load/result.js';
import { watchGenerator } from '../load/validity/generator-watch.js';
import { runReasons } from '../load/validity/run-reasons.js';
import { watchUpstream } from '../load/validity/upstream-watch.js';
import { validityOf } from '../load/validity/validity.js';
import { EXIT_OK, exitCodeOfVerdict } from './exit-codes.js';
import { interruption } from './interruption.js';
import { LoadOutputs, type OutputFlags } from './load-outputs.js';
import { type PlanFlags, planOf } from './plan-settings.js';
import { StandardOutput } from './standard-output.js';
import { UpstreamJournal } from './upstream-journal.js';

export interface LoadFlags extends PlanFlags, OutputFlags {
  /** Of a simulator that stands behind the target. */
  readonly upstream?: string;
  readonly adminKey?: string;
  readonly showPlan?: boolean;
}

/** Runs the plan and returns the exit code. */
export async function load(flags: LoadFlags): Promise<number> {
  const { plan, document } = planOf(
    flags,
    (texts, mixNames) => parseAssertions(texts, loadVocabulary(mixNames)).problems,
  );
  if (flags.showPlan) {
    await new StandardOutput().write(`${JSON.stringify(shownPlan(document), null, 2)}\n`);
    return EXIT_OK;
  }
  const outputs = new LoadOutputs(flags);
  const result = await resultOf(flags, plan, document.assertions, outputs);
  await outputs.write(result);
  return exitCodeOfVerdict(verdictOf(result));
}

async function resultOf(
  flags: LoadFlags,
  plan: LoadPlan,
  assertions: readonly string[],
  outputs: LoadOutputs,
): Promise<RunResult> {
  const clock = machineClock();
  const { adminKey } = flags;
  const admin = adminKey === undefined ? {} : { adminKey };
  const upstreamUrl = flags.upstream ?? plan.target.url;
  const watch = await watchUpstream({ url: upstreamUrl, ...admin, warmUpSecs: plan.warmUpSecs, clock });
  if (flags.upstream !== undefined && watch.found !== 'simulator') throw noSimulator(flags.upstream, watch.found);
  const journal =
    flags.upstream === undefined ? undefined : await UpstreamJournal.open({ url: flags.upstream, ...admin });
  const measures = createMeasures(plan);
  const generator = watchGenerator(plan);
  const sinks = [measures, generator, ...outputs.sinks, ...(journal === undefined ? [] : [journal])];
  const { signal } = interruption();
  watch.begin();
  const totals = await runLoad(plan, sinks, { signal });
  outputs.endOfRun();
  const saturation = await watch.end(signal);
  const upstream = await journal?.judge(signal);
  const figures = measures.figures();
  return {
    kind: 'load',
    version: packageVersion,
    started_at: totals.startedAt.toISOString(),
    elapsed_secs: totals.elapsedSecs,
    target: plan.target.url,
    seed: plan.seed,
    plan: describePlan(plan),
    ...figures,
    cut: totals.cut,
    validity: validityOf(runReasons(totals, figures), generator.reasons(), saturation),
    assertions: evaluate(
      parseAssertions(assertions, loadVocabulary(plan.mix.map(({ name }) => name))).assertions,
      figures,
    ),
    ...(upstream === undefined ? {} : { upstream }),
  };
}

function noSimulator(url: string, found: 'other' | 'silent'): Failure {
  const message = found === 'silent' ? `nobody answers at --upstream ${url}` : `--upstream ${url} is no simulator`;
  return new Failure('USAGE_INVALID', message, {
    hint: 'It is the address of the simulator behind the target, not of the gateway; leave it out where there is none.',
  });
}
