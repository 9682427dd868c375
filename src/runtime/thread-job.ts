/**
 * Jobs in a thread of their own: for work that would hold up everything else and is rare. The thread starts with a job and stays for a while,
 * since the next one is done several times faster by code that is loaded and compiled.
 */
import { Piscina } from 'piscina';

export interface JobThreadOptions {
  /** The thread's entry module: a default export that takes a job and returns its result, both plain data. */
  readonly filename: string;
  /** A job that takes longer fails. */
  readonly timeoutMs: number;
  /** How long the thread stays without a job. */
  readonly idleMs: number;
}

export class JobThread<Job extends object, Result> {
  readonly #options: JobThreadOptions;
  #piscina: Piscina | undefined;

  constructor(options: JobThreadOptions) {
    this.#options = options;
  }

  /** @throws Error when the job does, when its thread ends, or when it takes longer than the time */
  async run(job: Job): Promise<Result> {
    this.#piscina ??= this.#create();
    return (await this.#piscina.run(job, { signal: AbortSignal.timeout(this.#options.timeoutMs) })) as Result;
  }

  /** Ends the thread, if there is one. */
  async close(): Promise<void> {
    await this.#piscina?.destroy();
  }

  #create(): Piscina {
    const { filename, idleMs } = this.#options;
    const piscina = new Piscina({
      filename,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: idleMs,
      atomics: 'disabled',
      recordTiming: false,
    });
    // A thread that fails between two jobs costs nothing, but without a listener the event would end the process.
    piscina.on('error', () => {});
    return piscina;
  }
}
