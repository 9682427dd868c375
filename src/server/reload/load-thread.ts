/** Reads the next generation of the configuration in a thread of its own. */
import { fileURLToPath } from 'node:url';
import type { NextGeneration, NextGenerationJob } from '../../config/next-generation.js';
import { ConfigurationFailure, type ConfigurationProblem } from '../../config/problems.js';
import { runInThread } from '../../runtime/thread-job.js';

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

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const filename = fileURLToPath(new URL(`../../../workers/next-generation.${ending}`, import.meta.url));

/**
 * @param job plain data
 * @throws ConfigurationFailure with every problem; Error when the thread fails or takes too long
 */
export async function loadInThread(job: NextGenerationJob): Promise<NextGeneration> {
  const answer = await runInThread<LoadAnswer>(filename, job, LOAD_TIMEOUT_MS);
  if (answer.kind === 'loaded') return answer.next;
  throw new ConfigurationFailure(answer.code, answer.problems, answer.hint);
}
