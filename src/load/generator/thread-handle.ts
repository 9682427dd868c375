/**
 * One thread of the generator as the main thread sees it. Invariant: what it tells comes in order, and `over` settles behind the last of
 * it: resolved when the thread has done its part, rejected when it has gone wrong.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { Failure } from '../../kernel/failure.js';
import type { ThreadReport } from '../contract.js';
import type { FromLoadThread, LoadTask, ToLoadThread } from './messages.js';

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const filename = fileURLToPath(new URL(`../../../workers/generate-load.${ending}`, import.meta.url));

export class ThreadHandle {
  /** Everything is loaded; never settles where loading fails. */
  readonly ready: Promise<void>;
  /** Rejects with Failure INTERNAL. */
  readonly over: Promise<void>;
  /** Requests that were in flight when it had to stop. */
  cut = 0;
  /** When it had nothing in flight any more, from the run's start. */
  overUs = 0;
  readonly #port: MessagePort;
  readonly #piscina: Piscina;

  constructor(task: Omit<LoadTask, 'port'>, onReport: (report: ThreadReport) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#piscina = new Piscina({ filename, minThreads: 1, maxThreads: 1, atomics: 'disabled', recordTiming: false });
    // A thread that dies rejects its task, too.
    this.#piscina.on('error', () => {});
    let becomeReady: () => void;
    this.ready = new Promise((resolve) => {
      becomeReady = resolve;
    });
    this.over = new Promise((resolve, reject) => {
      port1.on('message', (message: FromLoadThread) => {
        if (message.kind === 'ready') becomeReady();
        else if (message.kind === 'report') onReport(message);
        else {
          this.cut = message.cut;
          this.overUs = message.overUs;
          resolve();
        }
      });
      const whole: LoadTask = { ...task, port: port2 };
      this.#piscina.run(whole, { transferList: [port2] }).catch((cause) => reject(failureOf(cause)));
    });
  }

  start(originUs: number): void {
    this.#tell({ kind: 'start', originUs });
  }

  stop(): void {
    this.#tell({ kind: 'stop' });
  }

  /** Ends the thread, whatever it is doing. */
  async destroy(): Promise<void> {
    this.#port.close();
    await this.#piscina.destroy();
  }

  #tell(message: ToLoadThread): void {
    this.#port.postMessage(message);
  }
}

function failureOf(cause: unknown): Failure {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new Failure('INTERNAL', `a thread that sends requests has ended: ${message}`, {
    hint: 'Fewer requests in flight need less memory. If it happens with few as well, please report it.',
    cause,
  });
}
