/** What a run came to, in one word and one sentence, for every report alike. A run that is not valid has neither passed nor failed. */
import type { RunResult } from '../result.js';

export interface Verdict {
  readonly word: 'invalid' | 'failed' | 'passed' | 'finished';
  readonly sentence: string;
}

export function verdictOf({ validity, assertions }: Pick<RunResult, 'validity' | 'assertions'>): Verdict {
  if (!validity.valid) {
    return { word: 'invalid', sentence: 'The run is not valid: its figures do not tell of the target alone.' };
  }
  if (assertions.length === 0) return { word: 'finished', sentence: 'The run is valid; nothing was asserted of it.' };
  const failed = assertions.filter(({ passed }) => !passed).length;
  if (failed === 0) return { word: 'passed', sentence: `Every assertion holds (${assertions.length}).` };
  return { word: 'failed', sentence: `Assertions that do not hold: ${failed} of ${assertions.length}.` };
}
