/**
 * What a run came to, in one word and one sentence, for every report and the exit code alike. A run that is not valid has never passed; it
 * has failed where an assertion does not hold and nothing but the target is to blame.
 */
import type { RunResult } from '../result.js';
import { isMeasuredWell } from '../validity/validity.js';

export interface Verdict {
  readonly word: 'invalid' | 'failed' | 'passed' | 'finished';
  readonly sentence: string;
}

export function verdictOf({ validity, assertions }: Pick<RunResult, 'validity' | 'assertions'>): Verdict {
  const failed = assertions.filter(({ passed }) => !passed).length;
  if (failed > 0 && isMeasuredWell(validity)) {
    return { word: 'failed', sentence: `Assertions that do not hold: ${failed} of ${assertions.length}.` };
  }
  if (!validity.valid) {
    return { word: 'invalid', sentence: 'The run is not valid: its figures do not tell of the target alone.' };
  }
  if (assertions.length > 0) {
    return { word: 'passed', sentence: `Every assertion holds (${assertions.length}).` };
  }
  return { word: 'finished', sentence: 'The run is valid; nothing was asserted of it.' };
}
