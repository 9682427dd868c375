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

/** How long an acceptor may take to close its listener, which takes it a second under more clients than it can accept. */
const CLOSE_TIMEOUT_MS = 2_000;

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
    await this.#closeListeners();
    logger.info('listeners are closed');
    await supervisor.drain(timeoutMs, lameDuckMs > 0);
  }

  async #closeListeners(): Promise<void> {
    const { acknowledgements, logger, supervisor } = this.#options;
    for (const acceptor of supervisor.crew.serving) {
      const closed = acknowledgements.tell([acceptor], (id) => ({ kind: 'stop_accepting', id }), CLOSE_TIMEOUT_MS);
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
