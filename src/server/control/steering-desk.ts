/**
 * The node's steering: what operators changed at run time, as one JSON text that every acceptor sends along with its requests. Lives once
 * per node. What is over has no effect by itself, since times are part of the text; here it is also taken out of it.
 *
 * Invariants: change() resolves when the new text holds in every process, so that a request sent after that sees it; `current` never holds
 * what is over; the text is never longer than a request can carry.
 */
import { STEERING_CHARS_MAX } from '../../runtime/render-request.js';
import type { Steering } from '../../scenarios/contract.js';
import { steeringAt, steeringText } from '../../scenarios/steering-text.js';
import type { Logger } from '../../telemetry/logging.js';
import { AdminError } from './operation.js';

/** Has the text hold in every acceptor; resolves when it does. */
export type SpreadSteering = (steering: string | undefined) => Promise<void>;

/** Node's timers take no longer delay: some 24 days. */
const TIMER_MS_MAX = 2_147_483_647;

export interface SteeringDeskOptions {
  readonly spread: SpreadSteering;
  /** µs since the node's start, as RenderRequest.atUs. */
  readonly nowUs: () => number;
  /** ms since 1970. */
  readonly wallMs: () => number;
  readonly logger: Logger;
  /** What holds from the start on. */
  readonly initial: Steering;
}

export class SteeringDesk {
  readonly #options: SteeringDeskOptions;
  #steering: Steering;
  #text: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SteeringDeskOptions) {
    this.#options = options;
    this.#steering = options.initial;
    this.#text = steeringText(options.initial);
    this.#arm();
  }

  /** What an acceptor that starts has to begin with. */
  get text(): string | undefined {
    return this.#text;
  }

  get nowUs(): number {
    return this.#options.nowUs();
  }

  /** When something ends that holds from now on for so long, µs since the node's start; null for no end. */
  endOf(durationSecs: number | null | undefined): number | null {
    return durationSecs === null || durationSecs === undefined
      ? null
      : Math.ceil(this.nowUs) + Math.round(durationSecs * 1e6);
  }

  /** The moment as RFC 3339 text; null for none. @param atUs since the node's start */
  wallTime(atUs: number | null): string | null {
    if (atUs === null) return null;
    return new Date(this.#options.wallMs() + (atUs - this.nowUs) / 1_000).toISOString();
  }

  /** What is in effect. */
  get current(): Steering {
    return steeringAt(this.#steering, this.nowUs);
  }

  /**
   * Has what is made of the present steering hold everywhere.
   * @throws AdminError 409 when it would be more than a request can carry; 503 when a process does not take it in
   */
  async change(next: (current: Steering) => Steering): Promise<void> {
    const steering = next(this.current);
    const text = steeringText(steering);
    if (text !== undefined && text.length > STEERING_CHARS_MAX) {
      const message = `Everything together would be ${text.length} characters long, more than the ${STEERING_CHARS_MAX} that requests carry.`;
      throw new AdminError(409, 'steering_too_large', message);
    }
    this.#steering = steering;
    this.#text = text;
    this.#arm();
    try {
      await this.#options.spread(text);
    } catch (cause) {
      const message = `It is in effect, but not in every process yet: ${(cause as Error).message}.`;
      throw new AdminError(503, 'not_acknowledged', message);
    }
  }

  /** No timer runs any more. */
  close(): void {
    clearTimeout(this.#timer);
  }

  /** Sees to it that what ends next is taken out and told. */
  #arm(): void {
    clearTimeout(this.#timer);
    const { faults, latency, scenarios } = this.#steering;
    const endsUs = [...scenarios, ...faults, ...latency].map(({ untilUs }) => untilUs ?? Number.POSITIVE_INFINITY);
    const nextUs = Math.min(Number.POSITIVE_INFINITY, ...endsUs);
    if (nextUs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, Math.ceil((nextUs - this.nowUs) / 1_000));
    this.#timer = setTimeout(() => this.#expire(), Math.min(TIMER_MS_MAX, delayMs)).unref();
  }

  #expire(): void {
    const before = this.#steering;
    this.#steering = this.current;
    this.#text = steeringText(this.#steering);
    const { logger, spread } = this.#options;
    const gone = <Entry>(from: readonly Entry[], kept: readonly Entry[]) =>
      from.filter((entry) => !kept.includes(entry));
    for (const { name } of gone(before.scenarios, this.#steering.scenarios))
      logger.info({ scenario: name }, 'scenario expired');
    for (const { name } of gone(before.faults, this.#steering.faults))
      logger.info({ rule: name }, 'fault override expired');
    for (const { name } of gone(before.latency, this.#steering.latency))
      logger.info({ override: name }, 'latency override expired');
    this.#arm();
    // It has no effect any more wherever it still stands: one that does not take the shorter text in only carries it along.
    spread(this.#text).catch((cause: Error) =>
      logger.warn({ cause: cause.message }, 'a process still carries what has expired'),
    );
  }
}
