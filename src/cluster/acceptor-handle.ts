/**
 * An acceptor process as the primary sees it.
 *
 *   forked ──loaded──▶ (start sent) ──ready──▶ serving ──drain──▶ exited
 *      └─────────────────────crash, kill, failed─────────────────────▲
 *
 * It can be forked before anyone knows what it shall serve: its modules load meanwhile, which halves a cold start.
 */
import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { Failure } from '../kernel/failure.js';
import type { ToAcceptor, ToPrimary } from './messages.js';

/** How long the channel of a process that has ended may take to close; it does so at once unless somebody else holds its end. */
const CHANNEL_CLOSE_TIMEOUT_MS = 1_000;

/**
 * A stream's objects live for seconds, so a young generation that grows to 16 MB a half keeps garbage rather than letting it die: with
 * 4 MB, 10,000 streams take 4 KB less each, at the same chunk rate. A flag of the same name on the primary's command line wins.
 */
const YOUNG_GENERATION = '--max-semi-space-size=4';
/**
 * The heap is small (some 25 MB and 1 KB per stream), so by itself V8 collects it whole whenever a few megabytes of bodies have passed
 * through: with 1 MB prompts at 50 a second, five times a second for 5-15 ms. It may triple first.
 */
const OLD_GENERATION = '--heap-growing-percent=200';
/**
 * glibc's settings, where the environment has none. By itself it gives every thread an arena of its own and returns little of it: two save
 * another 1.8 KB per stream. With every large block that is freed it also raises two bounds, so that it gives back less of what is free at an
 * arena's end and puts larger blocks among small ones: both are fixed at what they begin with.
 */
const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

export type Ready = Extract<ToPrimary, { kind: 'ready' }>;

export class AcceptorHandle {
  readonly #worker: Worker;
  readonly #loaded: Promise<void>;
  readonly #ready: Promise<Ready>;
  /** Resolves when the process is gone and its last message has been read, with the reason in words. */
  readonly exited: Promise<Failure>;
  /** When it became ready, on performance.now()'s clock; 0 before. */
  readyMs = 0;
  /** Whether it has been told what to serve: from then on it takes in every message. */
  started = false;
  /** Everything it says besides its start. */
  onMessage: (message: ToPrimary) => void = () => {};

  private constructor(worker: Worker) {
    this.#worker = worker;
    let failure: Failure | undefined;
    let loaded = (): void => {};
    let ready = (_message: Ready): void => {};
    this.#loaded = new Promise((resolve) => {
      loaded = resolve;
    });
    this.#ready = new Promise((resolve) => {
      ready = resolve;
    });
    worker.on('message', (message: ToPrimary) => {
      if (message.kind === 'loaded') loaded();
      else if (message.kind === 'ready') ready(message);
      else if (message.kind === 'failed') failure = new Failure(message.code, message.message, { hint: message.hint });
      else this.onMessage(message);
    });
    this.exited = gone(worker).then((cause) => failure ?? cause);
  }

  static fork(): AcceptorHandle {
    // Round-robin by the primary hands over one connection per turn of the acceptor's loop: a busy one would get fifty a second.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({
      exec: acceptorEntry(),
      args: [],
      execArgv: [YOUNG_GENERATION, OLD_GENERATION, ...process.execArgv],
      serialization: 'advanced',
    });
    return new AcceptorHandle(cluster.fork({ ...MALLOC_SETTINGS, ...process.env }));
  }

  /** Unique for the life of the primary. */
  get id(): number {
    return this.#worker.id;
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /**
   * Has it serve; resolves when it does, rejects with its Failure when it ends instead.
   * @param message asked for when it can be sent: what holds then is what it has to begin with
   */
  async start(message: () => Extract<ToAcceptor, { kind: 'start' }>): Promise<Ready> {
    const ended = this.exited.then((failure) => Promise.reject(failure));
    await Promise.race([this.#loaded, ended]);
    this.send(message());
    this.started = true;
    const ready = await Promise.race([this.#ready, ended]);
    this.readyMs = performance.now();
    return ready;
  }

  /** A message to a process that is just leaving is lost, and that is fine: its exit says the rest. */
  send(message: ToAcceptor): void {
    if (this.#worker.isConnected()) this.#worker.send(message, undefined, undefined, () => {});
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}

/**
 * Resolves when the process has ended and its channel is read to the end: the system may report the exit before the last messages,
 * and one of them may be the reason.
 */
function gone(worker: Worker): Promise<Failure> {
  return new Promise((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) => {
      const cause = unexpectedExit(code, signal);
      if (!worker.isConnected()) resolve(cause);
      else {
        worker.once('disconnect', () => resolve(cause));
        setTimeout(() => resolve(cause), CHANNEL_CLOSE_TIMEOUT_MS).unref();
      }
    });
    worker.on('error', (error) => {
      // A process that could not be forked has no exit; any other error is followed by one, or by nothing at all.
      if (worker.process.pid === undefined) resolve(notForked(error));
    });
  });
}

function notForked(cause: Error): Failure {
  return new Failure('START_FAILED', `cannot fork an acceptor process: ${cause.message}`, {
    hint: 'the limits on processes, open files and memory are the usual reasons (ulimit -a)',
    cause,
  });
}

function unexpectedExit(code: number | null, signal: string | null): Failure {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return new Failure('START_FAILED', `an acceptor process ended with ${how}`, {
    hint: 'its own output above says why; out of memory and kill from outside are the usual reasons',
  });
}

function acceptorEntry(): string {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./acceptor-process.${ending}`, import.meta.url));
}
