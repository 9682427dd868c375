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
import { CHECK_INTERVAL_MS, SilenceWatch } from './silence-watch.js';

/** How often the search for a free port starts over because somebody else took the one found before the acceptors had it. */
const FREE_PORT_ATTEMPTS = 3;
/** After the drain's own limit: what has not left by then is killed. */
const KILL_GRACE_MS = 3_000;

/** After a start, or after the spare was needed: whatever comes then is busier than the node will be later. */
const SPARE_DELAY_MS = 5_000;
/** How long one that replaces another may take to serve: several times what a machine needs that is busy with streams. */
const START_TIMEOUT_MS = 60_000;

export interface AcceptorSupervisorOptions {
  /** The first acceptor, forked before anyone knew what it shall serve. */
  readonly first: AcceptorHandle;
  readonly processes: number;
  /** Port 0 stands for any free one. */
  readonly address: ListenAddress;
  readonly logger: Logger;
  /** Whether a process stands by, with its modules loaded, for the next one that dies. */
  readonly hasSpare: boolean;
  /** One that serves and says nothing for longer is taken for frozen and killed. */
  readonly silenceMaxMs: number;
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
  readonly #silence: SilenceWatch<AcceptorHandle>;
  readonly #frozen = new Set<AcceptorHandle>();
  #silenceCheck: NodeJS.Timeout | undefined;
  #spare: AcceptorHandle | undefined;
  #spareDue: NodeJS.Timeout | undefined;
  #address: ListenAddress;
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(options: AcceptorSupervisorOptions) {
    this.#options = options;
    this.#address = options.address;
    this.#silence = new SilenceWatch(options.silenceMaxMs, performance.now());
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
        this.#silenceCheck = setInterval(() => this.#killFrozen(), CHECK_INTERVAL_MS).unref();
        this.#forkSpareSoon();
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
    clearInterval(this.#silenceCheck);
    clearTimeout(this.#spareDue);
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
  async #serve(acceptor: AcceptorHandle): Promise<Ready> {
    const { beginning, onLeft, processes, serve } = this.#options;
    const service = this.crew.serve(acceptor, (place) => serve(acceptor, place));
    const { place } = service;
    acceptor.onMessage = (message) => {
      // One that starts may be busy for long with that.
      if (acceptor.readyMs > 0) this.#silence.heard(acceptor, performance.now());
      service.receive(message);
    };
    void acceptor.exited.then((failure) => {
      this.#silence.forget(acceptor);
      this.crew.remove(acceptor);
      service.close();
      if (this.#phase === 'serving') this.#died(acceptor, failure);
      if (this.#phase !== 'serving') onLeft(place);
    });
    const ready = await acceptor.start(() => ({
      kind: 'start',
      ...beginning(),
      address: this.#address,
      processes,
      place,
    }));
    this.#silence.heard(acceptor, performance.now());
    this.#options.logger.debug({ acceptor_pid: acceptor.pid, place }, 'acceptor serves');
    return ready;
  }

  #forkSpareSoon(): void {
    clearTimeout(this.#spareDue);
    if (this.#options.hasSpare) this.#spareDue = setTimeout(() => this.#forkSpare(), SPARE_DELAY_MS).unref();
  }

  #forkSpare(): void {
    const spare = AcceptorHandle.fork();
    this.#spare = spare;
    this.crew.add(spare);
    void spare.exited.then(() => {
      if (this.#spare !== spare) return;
      this.#spare = undefined;
      this.crew.remove(spare);
      if (this.#phase === 'serving') this.#forkSpareSoon();
    });
  }

  /** Another will stand by some time later. */
  #takeSpare(): AcceptorHandle | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    this.#forkSpareSoon();
    return spare;
  }

  #killFrozen(): void {
    for (const acceptor of this.#silence.check(performance.now())) {
      const silentMs = this.#options.silenceMaxMs;
      this.#options.logger.error({ acceptor_pid: acceptor.pid, silent_ms: silentMs }, 'acceptor frozen; killing it');
      this.#frozen.add(acceptor);
      acceptor.kill();
    }
  }

  #died(acceptor: AcceptorHandle, failure: Failure): void {
    const served = acceptor.readyMs > 0 ? 'died' : 'not_started';
    this.#options.onDeath(this.#frozen.delete(acceptor) ? 'frozen' : served);
    // One that cannot start takes nothing from anybody while others serve, and what is in its way, such as a certificate whose key has not come
    // yet, may go away.
    const counts = served === 'died' || this.crew.serving.length === 0;
    if (!counts || !this.#deaths.died(performance.now())) {
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
      const heir = this.#takeSpare() ?? AcceptorHandle.fork();
      const limit = setTimeout(() => heir.kill(), START_TIMEOUT_MS).unref();
      const startMs = performance.now();
      this.#serve(heir)
        .then(() => this.#replaced(acceptor, heir, performance.now() - startMs))
        .catch(() => {})
        .finally(() => clearTimeout(limit));
    }, pauseMs);
    this.#respawns.add(timer);
  }

  #replaced({ pid: lost }: AcceptorHandle, { pid }: AcceptorHandle, startMs: number): void {
    const facts = { acceptor_pid: pid, replaces_pid: lost, start_ms: Math.round(startMs) };
    this.#options.logger.info(facts, 'another acceptor serves in its place');
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
