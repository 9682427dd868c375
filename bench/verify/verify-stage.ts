/**
 * Verifies one stage: measures it, judges every model's TTFT and ITL, and measures again, up to the number of attempts, while something
 * does not hold. The draws are the same each time, so a case that held in one attempt and not in another was disturbed, and a case that is
 * wrong is so in every one: where several attempts are allowed, one that broke a bound and none that confirms it is "not judged", as is a
 * case that no attempt could judge.
 */
import { expectedDistribution, shifted } from './expected-distribution.js';
import { type CaseJudgement, judge, type Role, type Strictness } from './judgement.js';
import { longestStreamMs, measureStage, type StageRecording } from './measure-stage.js';
import type { VerifyOptions } from './options.js';
import { type PaceEstimate, paceEstimates } from './pace.js';
import { plannedReplies } from './planned-delays.js';
import { joined, type ModelSamples, ownLateness, samplesOf } from './samples.js';
import { planted, serverConfiguration } from './server-configuration.js';
import type { Stage, VerifiedModel } from './stage.js';
import { percentile, sorted } from './statistics.js';

export interface CaseResult extends CaseJudgement {
  readonly stage: Stage;
  readonly model: VerifiedModel;
  readonly role: Role;
  readonly attempt: number;
  /** How many attempts broke a bound of it. */
  readonly timesBroken: number;
  readonly samples: ModelSamples;
}

export interface AttemptFacts {
  readonly seconds: number;
  readonly chunksPerSecond: number;
  /** Share of the time in which server or client waited for a core. */
  readonly disturbedShare: number;
  readonly longestWaitMs: number;
  readonly clientLateMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly pace: readonly PaceEstimate[];
  readonly defects: { readonly [kind: string]: number };
}

export interface StageResult {
  readonly stage: Stage;
  readonly transport: string;
  readonly attempts: readonly AttemptFacts[];
  readonly cases: readonly CaseResult[];
  /** Of all replies together. */
  readonly pace: PaceEstimate['verdict'];
}

/** Attempts that have to agree before a case is called broken. */
const CONFIRMATIONS = 2;
const FULL: Strictness = { quietOnly: false, timesMin: 1, timesBeyondMin: 0 };
const SHORT: Strictness = { quietOnly: true, timesMin: 10, timesBeyondMin: 2 };

/** @param tell hears what is being done, in a few words */
export async function verifyStage(
  stage: Stage,
  options: VerifyOptions,
  folder: string,
  tell: (text: string) => void,
): Promise<StageResult> {
  const configuration = serverConfiguration(stage, options.transport);
  tell(`${stage.name}: planning`);
  const planned = await plannedReplies(stage, configuration);
  const seconds = Math.round(longestStreamMs(stage, planned) / 1_000);
  const attempts: AttemptFacts[] = [];
  let cases: CaseResult[] = [];
  let pooled: ModelSamples[] = [];
  let transport = '';
  for (let attempt = 1; attempt <= options.attempts; attempt++) {
    tell(`${stage.name}: measuring for ${seconds} s, attempt ${attempt} of at most ${options.attempts}`);
    const recording = await measureStage(stage, planted(configuration, options.plant), planned, folder);
    transport = recording.transport;
    tell(`${stage.name}: judging`);
    const samples = samplesOf(recording);
    attempts.push(attemptFacts(recording, samples));
    pooled = samples.map((each, index) => joined(pooled[index], each));
    const judged = options.quick
      ? judgeShort(recording, samples, pooled, attempt)
      : judgeRecording(recording, samples, FULL, attempt);
    cases = judged.map((result, index) => better(cases[index], result));
    if (paceVerdict(attempts, options.attempts) === 'holds' && cases.every(({ verdict }) => verdict === 'holds')) break;
  }
  const pace = paceVerdict(attempts, options.attempts);
  return { stage, transport, attempts, cases: cases.map((result) => confirmed(result, options.attempts)), pace };
}

/** An attempt by itself where it has enough undisturbed times, else together with those before it. */
function judgeShort(
  recording: StageRecording,
  samples: readonly ModelSamples[],
  pooled: readonly ModelSamples[],
  attempt: number,
): CaseResult[] {
  const together = judgeRecording(recording, pooled, SHORT, attempt);
  return judgeRecording(recording, samples, SHORT, attempt).map((alone, index) =>
    alone.verdict === 'not judged' ? together[index]! : alone,
  );
}

function judgeRecording(
  { stage }: StageRecording,
  samplesOfModels: readonly ModelSamples[],
  strictness: Strictness,
  attempt: number,
): CaseResult[] {
  return samplesOfModels.flatMap((samples, index) => {
    const model = stage.models[index]!;
    const prefillMs = (samples.promptTokens / (model.prefillTokensPerSec ?? Number.POSITIVE_INFINITY)) * 1_000;
    const expected = {
      ttft: shifted(expectedDistribution(model.ttft), prefillMs),
      itl: expectedDistribution(model.itl),
    };
    return (['ttft', 'itl'] as const).map((role): CaseResult => {
      const judgement = judge(samples, role, expected[role], stage.tolerance, strictness);
      return {
        ...judgement,
        stage,
        model,
        role,
        attempt,
        timesBroken: Number(judgement.verdict === 'broken'),
        samples,
      };
    });
  });
}

/** Of two attempts the one that counts: the one that held, else the one that could be judged. */
function better(earlier: CaseResult | undefined, later: CaseResult): CaseResult {
  if (earlier === undefined || later.verdict === 'holds') return later;
  const chosen = later.verdict === 'not judged' ? earlier : later;
  return { ...chosen, timesBroken: earlier.timesBroken + later.timesBroken };
}

/** Nobody is called wrong on one attempt's evidence where there could be more. */
function confirmed(result: CaseResult, attempts: number): CaseResult {
  const isHasty = result.verdict === 'broken' && result.timesBroken < Math.min(CONFIRMATIONS, attempts);
  return isHasty ? { ...result, verdict: 'not judged' } : result;
}

/** The same for the pace: it holds where it held once, and is broken where enough attempts agree. */
function paceVerdict(attempts: readonly AttemptFacts[], allowed: number): PaceEstimate['verdict'] {
  const verdicts = attempts.map(({ pace }) => pace.map(({ verdict }) => verdict));
  if (verdicts.some((each) => each.every((verdict) => verdict === 'holds'))) return 'holds';
  const timesBroken = verdicts.filter((each) => each.includes('broken')).length;
  return timesBroken >= Math.min(CONFIRMATIONS, allowed) ? 'broken' : 'not judged';
}

function attemptFacts(recording: StageRecording, samples: readonly ModelSamples[]): AttemptFacts {
  const { seconds, disturbances, defects } = recording;
  const late = sorted(ownLateness(recording));
  return {
    seconds,
    chunksPerSecond: late.length / seconds,
    disturbedShare: disturbances.disturbedShare(),
    longestWaitMs: disturbances.longestWaitMs(),
    clientLateMs: { p50: percentile(late, 0.5), p99: percentile(late, 0.99), max: percentile(late, 1) },
    pace: paceEstimates(samples),
    defects,
  };
}
