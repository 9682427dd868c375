/**
 * Where a node's reports come together and its verdict goes out from: to the log when it changes, to the metrics when somebody scrapes,
 * and to whoever is told. In the primary of a node, or in the one server of a library.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from '../../telemetry/logging.js';
import type { MetricsSnapshot } from '../../telemetry/metric-family.js';
import { SaturationMetrics } from '../../telemetry/saturation-metrics.js';
import { pressureLimitsOf } from '../backpressure/pressure.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import { toMs } from '../stats/saturation-figures.js';
import { type JudgeOptions, SaturationJudge } from './judge.js';
import type { LoadReport } from './load-report.js';
import { SATURATION_REASONS, type Verdict } from './verdict.js';

export interface SaturationDeskOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly processes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hears every verdict, also one that is like the one before. */
  readonly onVerdict: (verdict: Verdict) => void;
}

export class SaturationDesk implements Reconfigured {
  readonly #options: SaturationDeskOptions;
  readonly #judge: SaturationJudge;
  readonly #metrics: SaturationMetrics;

  constructor(options: SaturationDeskOptions) {
    this.#options = options;
    this.#judge = new SaturationJudge({
      ...limitsOf(options.snapshot),
      processes: options.processes,
      clock: options.clock,
      wallMs: Date.now,
    });
    this.#metrics = new SaturationMetrics(SATURATION_REASONS, () => this.#judge.verdict);
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.#judge.reconfigure(limitsOf(snapshot));
  }

  get verdict(): Verdict {
    return this.#judge.verdict;
  }

  /** The last report of every place that has sent one. */
  reports(): readonly { readonly place: number; readonly report: LoadReport }[] {
    return this.#judge.reports();
  }

  report(place: number, report: LoadReport): void {
    this.#judge.report(place, report);
  }

  /** The place's acceptor has left for good. */
  left(place: number): void {
    this.#judge.left(place);
  }

  /** To be called about once a second. */
  judge(): void {
    const before = this.#judge.verdict;
    const verdict = this.#judge.judge();
    this.#log(before, verdict);
    this.#logPressure(before, verdict);
    this.#options.onVerdict(verdict);
  }

  metricsSnapshot(): Promise<MetricsSnapshot> {
    return this.#metrics.snapshot();
  }

  #logPressure(before: Verdict, { pressure: { now, occupancy, waiting } }: Verdict): void {
    if (before.pressure.now === now) return;
    const { logger } = this.#options;
    logger.warn(
      { occupancy, waiting },
      now ? 'under backpressure: fewer requests are wanted' : 'no longer under backpressure',
    );
  }

  #log(before: Verdict, verdict: Verdict): void {
    if (before.reasons.length > 0 === verdict.reasons.length > 0) return;
    const { logger } = this.#options;
    const figures = {
      slip_p99_ms: toMs(verdict.slip.p99Us),
      slip_limit_ms: toMs(verdict.slipLimitUs),
      accept_wait_p99_ms: toMs(verdict.accepts.p99Us),
      event_loop_lag_p99_ms: toMs(verdict.loopLag.p99Us),
    };
    if (verdict.reasons.length > 0) {
      logger.warn({ reasons: verdict.reasons, ...figures }, 'saturated: what clients measure is not what was planned');
    } else {
      const lasted = Math.round((Date.now() - (before.sinceMs ?? 0)) / 1_000);
      logger.warn({ reasons: before.reasons, ...figures, lasted_secs: lasted }, 'no longer saturated');
    }
  }
}

function limitsOf(snapshot: ConfigurationSnapshot): Pick<JudgeOptions, 'slipLimitUs' | 'timed' | 'pressure'> {
  const { slip_limit_ms: slipLimitMs, time_scale: timeScale } = snapshot.configuration.simulation;
  return { slipLimitUs: slipLimitMs * 1_000, timed: timeScale > 0, pressure: pressureLimitsOf(snapshot) };
}
