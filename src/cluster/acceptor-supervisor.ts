/**
 * Keeps a node's acceptors: starts them all, replaces one that ends while the node serves, gives up when they keep dying, and has all
 * of them end with the node.
 *
 *   starting ──all ready──▶ serving ──leave(), drain(), kill(), too many deaths──▶ stopping
 *       └──one ends──▶ start() rejects
 *
 * Invariant: while it serves, every place has an acceptor, one that starts, or a timer that will start one.
 */
import { Failure } from '../kernel/failure.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { Logger } from '../telemetry/logging.js';
import type { DeathCause } from '../telemetry/node-metrics.js';
import { AcceptorCrew } from './acceptor-crew.js';
import { AcceptorHandle, type Ready } from './acceptor-handle.js';
import type { AcceptorService } from './acceptor-service.js';
import { DEATHS_MAX, DEATHS_WINDOW_MS, DeathCount } from './death-count.js';
import type { ToAcceptor } from './messages.js';
import { probePort } from './port-probe.js';
import { RespawnPause } from './respawn-pause.js';

/** How often the search for a free port starts over because somebody else took the one found before the acceptors had it. */
const FREE_PORT_ATTEMPTS = 3;
/** After the drain's own limit: what has not left by then is killed. */
const KILL_GRACE_MS = 3_000;

export interface AcceptorSupervisorOptions {
  /** The first acceptor, forked before anyone knew what it shall serve. */
  readonly first: AcceptorHandle;
  readonly processes: number;
  /** Port 0 stands for any free one. */
  readonly address: ListenAddress;
  readonly logger: Logger;
  /** What the node does for an acceptor. */
  readonly serve: (acceptor: AcceptorHandle, place: number) => AcceptorService;
  /** What an acceptor that starts now has to begin with. */
  readonly beginning: () => Omit<Extract<ToAcceptor, { kind: 'start' }>, 'kind' | 'address' | 'processes' | 'place'>;
  /** The place's acceptor has left, and no other comes. */
  readonly onLeft: (place: number) => void;
  /** An acceptor has ended while the node served. */
  readonly onDeath: (cause: DeathCause) => void;
  /** They keep dying: none is replaced any more. What still lives is the node's to end. */
  readonly onGivenUp: (failure: Failure) => void;
}

export class AcceptorSupervisor {
  readonly #options: AcceptorSupervisorOptions;
  readonly crew = new AcceptorCrew();
  readonly #pause = new RespawnPause();
  readonly #deaths = new DeathCount();
  /** One for each acceptor that is to be replaced. They keep the process alive, as nothing else may while no acceptor lives. */
  readonly #respawns = new Set<NodeJS.Timeout>();
  #address: ListenAddress;
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(options: AcceptorSupervisorOptions) {
    this.#options = options;
    this.#address = options.address;
    this.crew.add(options.first);
  }

  get phase(): 'starting' | 'serving' | 'stopping' {
    return this.#phase;
  }

  /** With the real port, once it is known. */
  get address(): ListenAddress {
    return this.#address;
  }

  /** Looks for the port. Rejects with PORT_IN_USE or PORT_NOT_PERMITTED. */
  async findPort(): Promise<void> {
    this.#address = await probePort(this.#address);
  }

  /**
   * Starts all acceptors; resolves with the first one's `ready`, rejects with the first Failure. When the port was to be any free one and was
   * lost to a stranger after the probe had let go of it, another is looked for.
   */
  async start(): Promise<Ready> {
    const { address: wanted, processes } = this.#options;
    let { first } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const others = Array.from({ length: processes - 1 }, () => AcceptorHandle.fork());
      try {
        const ready = await this.#serveAll([first, ...others]);
        this.#phase = 'serving';
        return ready;
      } catch (cause) {
        const portLost = cause instanceof Failure && cause.code === 'PORT_IN_USE' && wanted.port === 0;
        if (!portLost || attempt === FREE_PORT_ATTEMPTS || this.#phase === 'stopping') throw cause;
        this.crew.kill();
        await this.crew.gone();
        this.#address = await probePort(wanted);
        first = AcceptorHandle.fork();
      }
    }
  }

  /** The node is about to end: no acceptor is replaced any more. */
  leave(): void {
    this.#endReplacing();
  }

  /** Lets every acceptor finish what is open, for at most the time; then all are gone. */
  async drain(timeoutMs: number, isGentle: boolean): Promise<void> {
    this.#endReplacing();
    this.crew.drain(timeoutMs, isGentle);
    const kill = setTimeout(() => this.crew.kill(), timeoutMs + KILL_GRACE_MS);
    await this.crew.gone();
    clearTimeout(kill);
  }

  /** Ends all of them at once. */
  async kill(): Promise<void> {
    this.#endReplacing();
    this.crew.kill();
    await this.crew.gone();
  }

  #endReplacing(): void {
    this.#phase = 'stopping';
    for (const timer of this.#respawns) clearTimeout(timer);
    this.#respawns.clear();
  }

  /** Rejects as soon as one of them ends, be it before or after its own `ready`. */
  async #serveAll(acceptors: readonly AcceptorHandle[]): Promise<Ready> {
    const ready = Promise.all(acceptors.map((acceptor) => this.#serve(acceptor)));
    const anyExit = Promise.race(acceptors.map((acceptor) => acceptor.exited));
    const [first] = await Promise.race([ready, anyExit.then((failure) => Promise.reject(failure))]);
    return first;
  }

  /** Has the acceptor serve. One that ends while the node serves is replaced. */
  #serve(acceptor: AcceptorHandle): Promise<Ready> {
    const { beginning, onLeft, processes, serve } = this.#options;
    const service = this.crew.serve(acceptor, (place) => serve(acceptor, place));
    const { place } = service;
    acceptor.onMessage = (message) => service.receive(message);
    void acceptor.exited.then((failure) => {
      this.crew.remove(acceptor);
      service.close();
      if (this.#phase === 'serving') this.#died(acceptor, failure);
      if (this.#phase !== 'serving') onLeft(place);
    });
    return acceptor.start(() => ({ kind: 'start', ...beginning(), address: this.#address, processes, place }));
  }

  #died(acceptor: AcceptorHandle, failure: Failure): void {
    this.#options.onDeath(acceptor.readyMs > 0 ? 'died' : 'not_started');
    if (!this.#deaths.died(performance.now())) {
      this.#replace(acceptor, failure);
      return;
    }
    this.#endReplacing();
    this.#options.logger.fatal(
      { acceptor_pid: acceptor.pid, cause: failure.message },
      'acceptors keep dying; the node ends',
    );
    this.#options.onGivenUp(givenUp(failure));
  }

  #replace(acceptor: AcceptorHandle, failure: Failure): void {
    const served = acceptor.readyMs > 0;
    const pauseMs = this.#pause.after(served ? performance.now() - acceptor.readyMs : 0);
    const facts = { acceptor_pid: acceptor.pid, cause: failure.message, pause_ms: pauseMs };
    this.#options.logger.error(
      facts,
      served ? 'acceptor lost; starting another' : 'acceptor did not start; trying again',
    );
    const timer = setTimeout(() => {
      this.#respawns.delete(timer);
      // When it does not start, its exit has it replaced.
      this.#serve(AcceptorHandle.fork()).catch(() => {});
    }, pauseMs);
    this.#respawns.add(timer);
  }
}

function givenUp(last: Failure): Failure {
  const secs = DEATHS_WINDOW_MS / 1_000;
  return new Failure(
    'ACCEPTORS_LOST',
    `${DEATHS_MAX} acceptor processes died within ${secs} s; the last: ${last.message}`,
    {
      hint: last.hint,
      cause: last,
    },
  );
}
