/**
 * What a run came to: a sink that counts each request as it ends, and tells its figures at any time. Pure, and bounded in memory: by the
 * mix's entries and the run's seconds, not by its requests.
 *
 * Invariants: a request that was intended within the warm-up is in the series of seconds alone; every other counts in its entry of the
 * mix, and so in the total. Rates are over the time from the warm-up's end to the run's, until the last request had ended.
 */
import type { LoadPlan, RequestRecord, RunProgress, RunSink } from '../contract.js';
import type { RunResult } from '../result.js';
import { delayFigures } from './delay-figures.js';
import { lateUs } from './delays-of-record.js';
import { MixMeasures } from './mix-measures.js';
import { SecondSeries } from './second-series.js';
import { ValueHistogram } from './value-histogram.js';

/** The part of a result that is counted. */
export type MeasuredFigures = Pick<RunResult, 'total' | 'by_mix' | 'series' | 'plots' | 'lateness' | 'not_sent'>;

export interface Measures extends Required<RunSink> {
  /** May be asked while the run goes on: of the requests that have ended. */
  figures(): MeasuredFigures;
}

export function createMeasures(plan: Pick<LoadPlan, 'mix' | 'objectives' | 'warmUpSecs'>): Measures {
  return new RunMeasures(plan);
}

class RunMeasures implements Measures {
  readonly #plan: Pick<LoadPlan, 'mix' | 'objectives' | 'warmUpSecs'>;
  readonly #warmUpUs: number;
  readonly #byMix: readonly MixMeasures[];
  readonly #series = new SecondSeries();
  readonly #lateness = new ValueHistogram();
  #endUs = 0;
  #notSent = 0;

  constructor(plan: Pick<LoadPlan, 'mix' | 'objectives' | 'warmUpSecs'>) {
    this.#plan = plan;
    this.#warmUpUs = plan.warmUpSecs * 1e6;
    this.#byMix = plan.mix.map(() => new MixMeasures(plan.objectives));
  }

  record(record: RequestRecord): void {
    this.#series.add(record);
    this.#endUs = Math.max(this.#endUs, record.sentUs + record.endUs);
    if (record.intendedUs < this.#warmUpUs) return;
    this.#lateness.add(lateUs(record));
    this.#byMix[record.mix].add(record);
  }

  tick({ elapsedSecs, notSent }: RunProgress): void {
    this.#endUs = Math.max(this.#endUs, elapsedSecs * 1e6);
    this.#notSent = notSent;
  }

  figures(): MeasuredFigures {
    const spanSecs = Math.max(0, this.#endUs - this.#warmUpUs) / 1e6;
    const total = new MixMeasures(this.#plan.objectives);
    for (const measures of this.#byMix) total.addAll(measures);
    return {
      total: total.figures(spanSecs),
      by_mix: Object.fromEntries(this.#plan.mix.map(({ name }, mix) => [name, this.#byMix[mix].figures(spanSecs)])),
      series: this.#series.figures(),
      plots: total.plots(),
      lateness: delayFigures(this.#lateness),
      not_sent: this.#notSent,
    };
  }
}
