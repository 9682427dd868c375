/** The verdict on a node as gauges. Kept by whoever judges, so that a node has each of them once, however many processes it has. */
import { Gauge, Registry } from 'prom-client';
import type { MetricsSnapshot } from './metric-family.js';
import { familiesOf } from './prom-families.js';

export interface SaturationFigures {
  /** Of the reasons that were given to the constructor, those that hold. */
  readonly reasons: readonly string[];
  readonly slip: { readonly p99Us: number };
  readonly starts: { readonly p99Us: number };
  readonly accepts: { readonly p99Us: number };
  readonly loopLag: { readonly p99Us: number };
  readonly pressure: { readonly occupancy: number };
}

export class SaturationMetrics {
  readonly #registry = new Registry();

  /**
   * @param allReasons every reason there is: the values of a label
   * @param read gives the present verdict, when somebody scrapes
   */
  constructor(allReasons: readonly string[], read: () => SaturationFigures) {
    const gauge = (name: string, help: string, value: (figures: SaturationFigures) => number): void => {
      new Gauge({
        name,
        help,
        registers: [this.#registry],
        collect() {
          this.set(value(read()));
        },
      });
    };
    gauge('llm_simulator_saturated', 'Whether measurements at this node cannot be trusted: 0 or 1', ({ reasons }) =>
      reasons.length > 0 ? 1 : 0,
    );
    new Gauge({
      name: 'llm_simulator_saturation_reason',
      help: 'Which reasons for saturation hold: 0 or 1 each',
      labelNames: ['reason'],
      registers: [this.#registry],
      collect() {
        const { reasons } = read();
        for (const reason of allReasons) this.set({ reason }, reasons.includes(reason) ? 1 : 0);
      },
    });
    gauge(
      'llm_simulator_occupancy_ratio',
      'Requests being served, as a share of max_concurrent_requests of the whole node: 0 to 1',
      ({ pressure }) => pressure.occupancy,
    );
    gauge(
      'llm_simulator_slip_p99_seconds',
      'How much later than planned chunks and replies were written: p99 of the last 10 seconds over the whole node',
      ({ slip }) => slip.p99Us / 1e6,
    );
    gauge(
      'llm_simulator_start_slip_p99_seconds',
      'The same of first tokens and whole replies alone',
      ({ starts }) => starts.p99Us / 1e6,
    );
    gauge(
      'llm_simulator_accept_wait_p99_seconds',
      'How long new connections waited at most to be accepted: p99 of the last 10 seconds over the whole node',
      ({ accepts }) => accepts.p99Us / 1e6,
    );
    gauge(
      'llm_simulator_event_loop_lag_p99_seconds',
      'How long events had to wait for the main thread: p99 of the last 10 seconds, of the process that fares worst',
      ({ loopLag }) => loopLag.p99Us / 1e6,
    );
  }

  snapshot(): Promise<MetricsSnapshot> {
    return familiesOf(this.#registry);
  }
}
