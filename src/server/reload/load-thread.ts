/** Reads the next generation of the configuration in a thread of its own. */
import { fileURLToPath } from 'node:url';
import type { NextGeneration, NextGenerationJob } from '../../config/next-generation.js';
import { ConfigurationFailure, type ConfigurationProblem } from '../../config/problems.js';
import { JobThread } from '../../runtime/thread-job.js';

/** What the thread says; a failure would lose its class on the way. */
export type LoadAnswer =
  | { readonly kind: 'loaded'; readonly next: NextGeneration }
  | {
      readonly kind: 'refused';
      readonly code: 'CONFIG_INVALID' | 'CONFIG_UNREADABLE';
      readonly problems: readonly ConfigurationProblem[];
      readonly hint: string;
    };

/** Reading a trace of the largest size takes some seconds; a file on a device that does not answer would take for ever. */
const LOAD_TIMEOUT_MS = 60_000;
/** Somebody who tries something out reloads again soon. */
const IDLE_MS = 30_000;

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const filename = fileURLToPath(new URL(`../../../workers/next-generation.${ending}`, import.meta.url));

export class LoadThread {
  readonly #thread = new JobThread<NextGenerationJob, LoadAnswer>({
    filename,
    timeoutMs: LOAD_TIMEOUT_MS,
    idleMs: IDLE_MS,
  });

  /**
   * @param job plain data
   * @throws ConfigurationFailure with every problem; Error when the thread fails or takes too long
   */
  async load(job: NextGenerationJob): Promise<NextGeneration> {
    const answer = await this.#thread.run(job);
    if (answer.kind === 'loaded') return answer.next;
    throw new ConfigurationFailure(answer.code, answer.problems, answer.hint);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
