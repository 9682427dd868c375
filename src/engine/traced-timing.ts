/**
 * The times of a reply whose request got a row of a trace. What the row gives is taken as it was measured: its TTFT with all that the
 * prompt cost, its gap for every token. What it lacks is as without a trace, but within the time of the whole answer:
 *
 *   gap of a token = ITL, or else (E2E - TTFT) / (output tokens - 1)
 *
 * so a reply that a limit cuts short keeps the pace of the recorded one.
 */
import type { GeneratedChoice } from '../providers/generation.js';
import type { Pace, PaceRandom } from './chunks.js';
import { evenSteps } from './even-steps.js';
import type { Timing } from './timing.js';
import type { TraceRow } from './trace-rows.js';

/** The reply's times as they would be without the row, each drawn when it is asked for, the TTFT first. */
interface DrawnTimes {
  ttftUs(): number;
  steps(): Omit<Timing, 'ttftUs'>;
}

export function tracedTiming(
  row: TraceRow,
  drawn: DrawnTimes,
  pace: Pace,
  choices: readonly GeneratedChoice[],
  random: PaceRandom,
  timeScale: number,
): Timing {
  const scaleUs = 1_000 * timeScale;
  const ttftUs = row.ttftMs === undefined ? drawnTtftUs(row, drawn, scaleUs) : row.ttftMs * scaleUs;
  const tokenUs = tokenGapUs(row, ttftUs, scaleUs);
  if (tokenUs === undefined) return { ttftUs, ...drawn.steps() };
  const { itlUs, stepTokens } = evenSteps(tokenUs, pace, choices, random);
  return { ttftUs, itlUs, ...(stepTokens === undefined ? {} : { stepTokens }) };
}

function drawnTtftUs({ e2eMs }: TraceRow, drawn: DrawnTimes, scaleUs: number): number {
  const drawnUs = drawn.ttftUs();
  return e2eMs === undefined ? drawnUs : Math.min(drawnUs, e2eMs * scaleUs);
}

function tokenGapUs({ outputTokens, itlMs, e2eMs }: TraceRow, ttftUs: number, scaleUs: number): number | undefined {
  if (itlMs !== undefined) return itlMs * scaleUs;
  if (e2eMs === undefined || outputTokens === undefined) return undefined;
  return Math.max(0, e2eMs * scaleUs - ttftUs) / Math.max(1, outputTokens - 1);
}
