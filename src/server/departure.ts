/**
 * How an acceptor leaves without anybody noticing who need not:
 *
 *   starting ─▶ serving ─▶ lame_duck ────────▶ draining ─────────────────────────▶ over
 *                          serves as ever,     accepts nobody; serves what is
 *                          asks to go          open, and what comes on open
 *                          elsewhere           connections; at the deadline cuts
 *                                              what is left
 *
 * Invariants: a phase may be left out but never comes back; no connection is closed on which a request may be on its way and whose client was
 * not told, until nothing else is left to do.
 */
import type { Clock } from '../kernel/clock.js';
import type { ProbedNode } from './handlers/probes.js';
import type { Transport } from './transport/contract.js';

/** How often it is looked at whether the last request has ended. */
const POLL_MS = 20;
/** Answers that were cut have this long to reach clients that do not read. */
const FLUSH_MS_MAX = 500;
/** A client that has a request on its way to an idle connection has sent it by then. */
const QUIET_MS = 100;
/** After the deadline, clients that keep sending are not waited for longer than this before idle connections end. */
const QUIET_WAIT_MS_MAX = 400;
/** How long idle connections are read from after their FIN. */
const LINGER_MS_MAX = 150;

export interface DepartureOptions {
  readonly transport: Pick<
    Transport,
    'announceClose' | 'stopAccepting' | 'closeIdle' | 'busy' | 'connections' | 'requests'
  >;
  readonly clock: Clock;
  /** Requests with a row in the stream table. */
  readonly activeRequests: () => number;
  /** Ends those with the provider's own error. */
  readonly cut: () => void;
}

export class Departure {
  readonly #options: DepartureOptions;
  #phase: ProbedNode['phase'] = 'starting';
  #abandoned = false;

  constructor(options: DepartureOptions) {
    this.#options = options;
  }

  get phase(): ProbedNode['phase'] {
    return this.#phase;
  }

  /** Requests are served. */
  serving(): void {
    if (this.#phase === 'starting') this.#phase = 'serving';
  }

  /** Resolves after the time. */
  startLameDuck(ms: number): Promise<void> {
    if (this.#phase !== 'draining') this.#phase = 'lame_duck';
    this.#options.transport.announceClose();
    return this.#until(() => false, this.#options.clock.nowUs() + ms * 1_000);
  }

  stopAccepting(timeoutMs: number): Promise<void> {
    this.#phase = 'draining';
    return this.#options.transport.stopAccepting(timeoutMs);
  }

  /**
   * Resolves when nothing is left, with how many requests were cut because they were still open after the time.
   * @param isGentle whether idle connections are closed in order too: what still comes on them is served to its end within the time, and the
   * close itself takes up to half a second more
   */
  async drain(timeoutMs: number, isGentle: boolean): Promise<number> {
    const { clock, transport } = this.#options;
    const deadlineUs = clock.nowUs() + timeoutMs * 1_000;
    await this.stopAccepting(timeoutMs);
    const cut = await this.#finish(deadlineUs);
    if (!isGentle || transport.connections === 0) return cut;
    await this.#quiet(Math.max(deadlineUs, clock.nowUs() + QUIET_WAIT_MS_MAX * 1_000));
    if (this.#abandoned) return cut;
    await transport.closeIdle(LINGER_MS_MAX);
    return cut + (await this.#finish(deadlineUs));
  }

  /** Nobody waits for anything any more. */
  abandon(): void {
    this.#phase = 'draining';
    this.#abandoned = true;
  }

  /** Waits for the last request, cuts what is open at the deadline, and says how many that were. */
  async #finish(deadlineUs: number): Promise<number> {
    const { activeRequests, cut, transport } = this.#options;
    const isOver = () => activeRequests() === 0 && transport.busy === 0;
    await this.#until(isOver, deadlineUs);
    const left = activeRequests();
    if (left === 0) return 0;
    cut();
    await this.#until(isOver, this.#options.clock.nowUs() + FLUSH_MS_MAX * 1_000);
    return left;
  }

  /** Waits until no request has come and none has been open for a while. */
  #quiet(deadlineUs: number): Promise<void> {
    const { transport } = this.#options;
    let seen = transport.requests;
    let quietSinceMs = performance.now();
    const isQuiet = () => {
      if (transport.requests !== seen || transport.busy > 0) quietSinceMs = performance.now();
      seen = transport.requests;
      return transport.connections === 0 || performance.now() - quietSinceMs >= QUIET_MS;
    };
    return this.#until(isQuiet, deadlineUs);
  }

  async #until(isOver: () => boolean, deadlineUs: number): Promise<void> {
    const { clock } = this.#options;
    while (!this.#abandoned && !isOver() && clock.nowUs() < deadlineUs)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
