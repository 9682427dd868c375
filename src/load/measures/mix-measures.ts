/**
 * What is counted of one entry of a run's mix. Those of several entries add up to those of the run, so each request is counted once. A delay
 * is that of a request that was complete; of others no user would say how fast they were.
 */
import type { Outcome, RequestRecord, ServiceObjectives } from '../contract.js';
import type { Figures, RunResult } from '../result.js';
import { delayFigures, delayPlot } from './delay-figures.js';
import { e2eUs, keepsObjectives, streamedTokens, tpotUs, ttftUs } from './delays-of-record.js';
import { ErrorKinds } from './error-kinds.js';
import { ValueHistogram } from './value-histogram.js';

/** Rates of tokens are counted in thousandths, since a histogram counts whole numbers. */
const RATE_PARTS = 1_000;

export class MixMeasures {
  readonly #objectives: ServiceObjectives;
  readonly #outcomes = new Map<Outcome, number>();
  readonly #kinds = new ErrorKinds();
  readonly #ttft = new ValueHistogram();
  readonly #itl = new ValueHistogram();
  readonly #tpot = new ValueHistogram();
  readonly #e2e = new ValueHistogram();
  readonly #userRates = new ValueHistogram();
  #inputTokens = 0;
  #outputTokens = 0;
  #good = 0;

  constructor(objectives: ServiceObjectives) {
    this.#objectives = objectives;
  }

  add(record: RequestRecord): void {
    const { outcome, usage } = record;
    this.#outcomes.set(outcome, this.#countOf(outcome) + 1);
    this.#inputTokens += usage?.inputTokens ?? 0;
    this.#outputTokens += usage?.outputTokens ?? 0;
    if (outcome === 'complete') this.#addDelays(record);
    else if (outcome !== 'cancelled') this.#kinds.add(record);
  }

  addAll(other: MixMeasures): void {
    for (const [outcome, count] of other.#outcomes) this.#outcomes.set(outcome, this.#countOf(outcome) + count);
    this.#kinds.addAll(other.#kinds);
    this.#ttft.addAll(other.#ttft);
    this.#itl.addAll(other.#itl);
    this.#tpot.addAll(other.#tpot);
    this.#e2e.addAll(other.#e2e);
    this.#userRates.addAll(other.#userRates);
    this.#inputTokens += other.#inputTokens;
    this.#outputTokens += other.#outputTokens;
    this.#good += other.#good;
  }

  /** @param spanSecs that the counted requests are of; rates are 0 where it is 0 */
  figures(spanSecs: number): Figures {
    const requests = [...this.#outcomes.values()].reduce((sum, count) => sum + count, 0);
    const complete = this.#countOf('complete');
    const cancelled = this.#countOf('cancelled');
    const judged = requests - cancelled;
    const errors = judged - complete;
    const perSecond = (count: number): number => (spanSecs > 0 ? rounded(count / spanSecs) : 0);
    const hasObjectives = Object.values(this.#objectives).some((limit) => limit !== undefined);
    return {
      requests,
      complete,
      cancelled,
      errors,
      errors_by_outcome: Object.fromEntries([...this.#outcomes].filter(([outcome]) => isError(outcome))),
      errors_by_kind: this.#kinds.figures(),
      error_rate: judged === 0 ? 0 : errors / judged,
      request_rate: perSecond(requests),
      input_tokens: this.#inputTokens,
      output_tokens: this.#outputTokens,
      output_token_rate: perSecond(this.#outputTokens),
      ttft: delayFigures(this.#ttft),
      itl: delayFigures(this.#itl),
      tpot: delayFigures(this.#tpot),
      e2e: delayFigures(this.#e2e),
      tokens_per_second_per_user: this.#userRateFigures(),
      ...(hasObjectives && {
        goodput_share: judged === 0 ? 0 : this.#good / judged,
        goodput_rate: perSecond(this.#good),
      }),
    };
  }

  plots(): RunResult['plots'] {
    return {
      ttft: delayPlot(this.#ttft),
      itl: delayPlot(this.#itl),
      tpot: delayPlot(this.#tpot),
      e2e: delayPlot(this.#e2e),
    };
  }

  #addDelays(record: RequestRecord): void {
    const ttft = ttftUs(record);
    if (ttft !== undefined) this.#ttft.add(ttft);
    if (record.stream) addGaps(record.chunkTimesUs, this.#itl);
    const tpot = tpotUs(record);
    if (tpot !== undefined) this.#tpot.add(tpot);
    this.#e2e.add(e2eUs(record));
    // The first token stands at the beginning of that time: what came in it are the others.
    const streamed = streamedTokens(record);
    if (streamed !== undefined && streamed.overUs > 0) {
      this.#userRates.add(((streamed.tokens - 1) / streamed.overUs) * 1e6 * RATE_PARTS);
    }
    if (keepsObjectives(record, this.#objectives)) this.#good++;
  }

  #userRateFigures(): Figures['tokens_per_second_per_user'] {
    const [p05, p50] = this.#userRates.quantiles([5, 50]);
    return { mean: rounded(this.#userRates.mean / RATE_PARTS), p50: p50 / RATE_PARTS, p05: p05 / RATE_PARTS };
  }

  #countOf(outcome: Outcome): number {
    return this.#outcomes.get(outcome) ?? 0;
  }
}

/** Counts the gaps between chunks, in microseconds. */
export function addGaps(chunkTimesUs: Uint32Array, gaps: ValueHistogram): void {
  for (let chunk = 1; chunk < chunkTimesUs.length; chunk++) gaps.add(chunkTimesUs[chunk] - chunkTimesUs[chunk - 1]);
}

export function isError(outcome: Outcome): boolean {
  return outcome !== 'complete' && outcome !== 'cancelled';
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
