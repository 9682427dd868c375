/**
 * The order in which a node leaves:
 *
 *   lame duck, for its time ─▶ listeners close, one acceptor after another ─▶ what is open finishes, or is cut at the deadline ─▶ all gone
 *
 * One after another, because acceptors may share one queue of connections that wait to be accepted: while another still accepts, nothing that
 * is in it is lost, and the last one can tell that nobody is left in it. An acceptor that dies or hangs holds nothing up.
 */
import type { Logger } from '../telemetry/logging.js';
import type { AcceptorSupervisor } from './acceptor-supervisor.js';
import type { Acknowledgements } from './acknowledgements.js';

/** How long an acceptor may take to accept who waits, under many more clients than it can accept; also at the cost of what is open. */
const CLOSE_MS_MIN = 500;
const CLOSE_MS_MAX = 15_000;
/** From then on it is taken to hang. */
const ANSWER_GRACE_MS = 1_000;

export interface NodeDrainOptions {
  readonly supervisor: AcceptorSupervisor;
  readonly acknowledgements: Acknowledgements;
  readonly logger: Logger;
}

export interface DrainTimes {
  /** Between the moment when the node is not ready any more and the one when its listeners close. */
  readonly lameDuckMs: number;
  /** From then on, for what is open. */
  readonly timeoutMs: number;
}

export class NodeDrain {
  readonly #options: NodeDrainOptions;
  #phase: 'lame_duck' | 'draining' | undefined;

  constructor(options: NodeDrainOptions) {
    this.#options = options;
  }

  /** Undefined before it has begun. */
  get phase(): 'lame_duck' | 'draining' | undefined {
    return this.#phase;
  }

  /** Resolves when every acceptor is gone. */
  async run({ lameDuckMs, timeoutMs }: DrainTimes): Promise<void> {
    const { logger, supervisor } = this.#options;
    const { crew } = supervisor;
    supervisor.leave();
    if (lameDuckMs > 0) {
      this.#phase = 'lame_duck';
      crew.startLameDuck();
      await Promise.race([pause(lameDuckMs), crew.gone()]);
    }
    this.#phase = 'draining';
    logger.info('listeners close');
    const startMs = performance.now();
    await this.#closeListeners(Math.max(CLOSE_MS_MIN, Math.min(CLOSE_MS_MAX, timeoutMs)));
    logger.info('listeners are closed');
    await supervisor.drain(Math.max(0, timeoutMs - (performance.now() - startMs)), lameDuckMs > 0);
  }

  async #closeListeners(allMs: number): Promise<void> {
    const { acknowledgements, logger, supervisor } = this.#options;
    const endMs = performance.now() + allMs;
    for (const acceptor of supervisor.crew.serving) {
      const timeoutMs = Math.max(0, endMs - performance.now());
      const message = (id: number) => ({ kind: 'stop_accepting', id, timeoutMs }) as const;
      const closed = acknowledgements.tell([acceptor], message, timeoutMs + ANSWER_GRACE_MS);
      await closed.catch((cause: Error) =>
        logger.warn({ acceptor_pid: acceptor.pid, cause: cause.message }, 'an acceptor did not close its listener'),
      );
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
