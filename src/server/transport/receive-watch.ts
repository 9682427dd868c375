/**
 * How long requests may take to arrive, for a transport whose library does not let that be set: what has begun waits in the order in which
 * it began, and a coarse clock ends what has waited too long. Costs a map's entry per request that has a body, and a look at the oldest
 * per tick.
 */

/** How often it is looked; a tenth of the limit, within these bounds. */
const TICK_MS_MIN = 50;
const TICK_MS_MAX = 1_000;

/** A request whose body is on its way. */
export interface Receiving {
  /** Ends it: its time is over. Called once, when the watch has forgotten it. */
  expire(): void;
}

export class ReceiveWatch {
  /** By when they began, in ticks; the oldest first. */
  readonly #receiving = new Map<Receiving, number>();
  readonly #tickMs: number;
  readonly #limitTicks: number;
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#tickMs = Math.min(TICK_MS_MAX, Math.max(TICK_MS_MIN, Math.ceil(limitMs / 10)));
    this.#limitTicks = Math.ceil(limitMs / this.#tickMs);
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#expireOldest(), this.#tickMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  begin(request: Receiving): void {
    this.#receiving.set(request, this.#tick);
  }

  /** It is complete, or its client has gone. */
  end(request: Receiving): void {
    this.#receiving.delete(request);
  }

  #expireOldest(): void {
    this.#tick++;
    for (const [request, began] of this.#receiving) {
      if (this.#tick - began <= this.#limitTicks) return;
      this.#receiving.delete(request);
      request.expire();
    }
  }
}
