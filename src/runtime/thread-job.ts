/** One job in a thread of its own, which ends with it: for work that would hold up everything else and is rare. */
import { Piscina } from 'piscina';

/**
 * @param filename the thread's entry module: a default export that takes the job and returns its result, both plain data
 * @throws Error when the job does, when its thread ends, or when it takes longer than the time
 */
export async function runInThread<Result>(filename: string, job: object, timeoutMs: number): Promise<Result> {
  const piscina = new Piscina({ filename, maxThreads: 1, minThreads: 1, atomics: 'disabled', recordTiming: false });
  piscina.on('error', () => {});
  try {
    return (await piscina.run(job, { signal: AbortSignal.timeout(timeoutMs) })) as Result;
  } finally {
    await piscina.destroy();
  }
}
