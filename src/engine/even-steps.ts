/**
 * The steps of a reply whose tokens come at an even pace, as a serving engine's or a recorded one's: the gap before a chunk is as many
 * times the gap of a token as the chunk has tokens, and what goes out with a chunk in a burst waits for the tokens of both.
 */
import type { Sampler } from '../latency/contract.js';
import { type GeneratedChoice, PartCursor, tokensIn } from '../providers/generation.js';
import { type Pace, type PaceRandom, sampleSteps } from './chunks.js';
import type { Timing } from './timing.js';

/** A gap before every chunk. */
const ONE_GAP: Sampler = { sampleMs: () => 1 };

export interface EvenSteps extends Omit<Timing, 'ttftUs'> {
  /** What goes out at the first step, in the choice where it is most. */
  readonly firstTokens: number;
}

/** @param tokenUs the gap of one token, µs */
export function evenSteps(
  tokenUs: number,
  pace: Pace,
  choices: readonly GeneratedChoice[],
  random: PaceRandom,
): EvenSteps {
  if (pace.chunkTokens === undefined && pace.burst === undefined) {
    const tokens = choices.map(({ parts }) => tokensIn(parts));
    return { itlUs: new Float64Array(Math.max(1, ...tokens) - 1).fill(tokenUs), firstTokens: 1 };
  }
  const { itlUs: gaps, stepTokens } = sampleSteps({ ...pace, itl: ONE_GAP }, choices, random, 1);
  const given = tokensGiven(choices, gaps.length + 1, stepTokens);
  // What has no gap before it goes out with what is before it: that waits for the tokens of both.
  for (let chunk = given.length - 1; chunk > 0; chunk--) {
    if (gaps[chunk - 1] > 0) continue;
    given[chunk - 1] += given[chunk];
    given[chunk] = 0;
  }
  return { itlUs: given.subarray(1).map((tokens) => tokens * tokenUs), stepTokens, firstTokens: given[0] };
}

/** How many tokens each chunk has in the choice where it has most. */
function tokensGiven(
  choices: readonly GeneratedChoice[],
  chunks: number,
  stepTokens: Timing['stepTokens'],
): Float64Array {
  const cursors = choices.map(({ parts }) => new PartCursor(parts));
  return Float64Array.from({ length: chunks }, (_, chunk) => {
    for (const cursor of cursors) cursor.advance(stepTokens?.[chunk] ?? 1);
    return Math.max(...cursors.map(({ count }) => count));
  });
}
