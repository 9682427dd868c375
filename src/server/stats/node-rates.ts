/**
 * How much the node does per second, from what its processes report: each says once a second what it has done since its start, and what is
 * new of it counts in the second in which it was heard. What a process did after its last report, when it is lost, is in no rate.
 */
import type { Clock } from '../../kernel/clock.js';
import type { WorkTotals } from '../../telemetry/metrics.js';
import { RATE_WINDOW_SECS, RateWindow } from '../../telemetry/rate-window.js';
import type { LoadReport } from '../saturation/load-report.js';

const FIGURES = ['requests', 'errors', 'inputTokens', 'outputTokens', 'chunks'] as const satisfies (keyof WorkTotals)[];
const NOTHING: WorkTotals = { requests: 0, errors: 0, inputTokens: 0, outputTokens: 0, chunks: 0 };
const SHORT_SECS = 10;

interface Heard {
  readonly pid: number;
  readonly totals: WorkTotals;
}

/** Per second. */
export interface RateFigures {
  readonly requests: number;
  readonly errors: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly chunks: number;
}

export interface NodeRateFigures {
  readonly last_10_seconds: RateFigures;
  readonly last_60_seconds: RateFigures;
}

export class NodeRates {
  readonly #clock: Clock;
  readonly #heard = new Map<number, Heard>();
  #windows: { readonly [figure in keyof WorkTotals]: RateWindow };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#windows = windowsFrom(clock.nowUs());
  }

  /** @param place the process's number; one that takes a lost one's place is known by its pid */
  report(place: number, { process: { pid }, totals }: Pick<LoadReport, 'process' | 'totals'>): void {
    const nowUs = this.#clock.nowUs();
    const heard = this.#heard.get(place);
    const before = heard?.pid === pid ? heard.totals : NOTHING;
    for (const figure of FIGURES) this.#windows[figure].add(totals[figure] - before[figure], nowUs);
    this.#heard.set(place, { pid, totals });
  }

  /** Forgets what was done before. */
  clear(): void {
    this.#windows = windowsFrom(this.#clock.nowUs());
  }

  read(): NodeRateFigures {
    return { last_10_seconds: this.#over(SHORT_SECS), last_60_seconds: this.#over(RATE_WINDOW_SECS) };
  }

  #over(secs: number): RateFigures {
    const nowUs = this.#clock.nowUs();
    const rate = (figure: keyof WorkTotals): number =>
      Math.round(this.#windows[figure].rate(secs, nowUs) * 1_000) / 1_000;
    return {
      requests: rate('requests'),
      errors: rate('errors'),
      input_tokens: rate('inputTokens'),
      output_tokens: rate('outputTokens'),
      chunks: rate('chunks'),
    };
  }
}

function windowsFrom(nowUs: number): { [figure in keyof WorkTotals]: RateWindow } {
  return {
    requests: new RateWindow(nowUs),
    errors: new RateWindow(nowUs),
    inputTokens: new RateWindow(nowUs),
    outputTokens: new RateWindow(nowUs),
    chunks: new RateWindow(nowUs),
  };
}
