/** The entry of a thread that reads and checks the next generation of the configuration, so that nothing else waits for it. */
import { type NextGenerationJob, nextGeneration } from '../src/config/next-generation.js';
import { ConfigurationFailure } from '../src/config/problems.js';
import type { LoadAnswer } from '../src/server/reload/load-thread.js';

export default function load(job: NextGenerationJob): LoadAnswer {
  try {
    return { kind: 'loaded', next: nextGeneration(job) };
  } catch (error) {
    if (!(error instanceof ConfigurationFailure)) throw error;
    const { hint, problems } = error;
    return { kind: 'refused', code: error.code as 'CONFIG_INVALID' | 'CONFIG_UNREADABLE', hint, problems };
  }
}
