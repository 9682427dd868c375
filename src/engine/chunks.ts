/**
 * The steps in which a model gives its tokens: the gap before each, and how many tokens it gives to every choice. Gaps are drawn in order
 * from the timing stream, chunks and bursts each from a stream of their own, so that what one of them is configured to changes none of
 * the others.
 *
 *   one token a step        t │ t │ t │ t │ t │ t      a gap each
 *   tokens_per_chunk        t │ t t t │ t t │ t        a gap each, tokens as drawn
 *   a burst of 3 chunks     t │     t t t t t t │ t    its gap is the sum of theirs, and its tokens go out at once
 *
 * What belongs to a burst ends with a part and with the reply: nothing waits for what does not come.
 */
import { CHUNK_TOKENS_MAX } from '../config/schema/latency.js';
import type { RandomSource } from '../kernel/random-source.js';
import type { Sampler } from '../latency/contract.js';
import { type GeneratedChoice, PartCursor, tokensIn } from '../providers/generation.js';
import { sampleItlUs, type Timing } from './timing.js';

export interface Burst {
  /** Of every chunk but the first to begin a burst; above 0. */
  readonly probability: number;
  /** How many chunks become ready at once, at least two. */
  readonly chunks: number;
  /** Whether they go out as one event, or as one each. */
  readonly joined: boolean;
}

/** How a model gives its tokens. */
export interface Pace {
  readonly itl: Sampler;
  /** Draws "milliseconds" that are tokens; undefined where a chunk is one token. */
  readonly chunkTokens: Sampler | undefined;
  /** Undefined where there are none. */
  readonly burst: Burst | undefined;
}

/** The streams of one request. */
export interface PaceRandom {
  /** Behind the draw of the time to first token. */
  readonly timing: RandomSource;
  readonly chunks: () => RandomSource;
  readonly bursts: () => RandomSource;
}

export function sampleSteps(
  pace: Pace,
  choices: readonly GeneratedChoice[],
  random: PaceRandom,
  timeScale: number,
): Omit<Timing, 'ttftUs'> {
  const { itl, chunkTokens, burst } = pace;
  const longest = Math.max(1, ...choices.map(({ parts }) => tokensIn(parts)));
  if (chunkTokens === undefined && burst === undefined) {
    return { itlUs: sampleItlUs(itl, random.timing, longest, timeScale) };
  }
  const writer = new StepWriter(pace, choices, random, longest);
  writer.chunk();
  while (writer.goesOn) writer.next();
  return writer.steps(timeScale);
}

class StepWriter {
  readonly #pace: Pace;
  readonly #timing: RandomSource;
  readonly #chunks: RandomSource;
  readonly #bursts: RandomSource;
  readonly #cursors: readonly PartCursor[];
  /** Of each choice. */
  readonly #left: number[];
  /** The gap before each step, ms. */
  readonly #gapsMs: Float64Array;
  readonly #tokens: Uint32Array;
  #steps = 0;

  constructor(pace: Pace, choices: readonly GeneratedChoice[], random: PaceRandom, stepsMax: number) {
    this.#pace = pace;
    this.#timing = random.timing;
    this.#chunks = random.chunks();
    this.#bursts = random.bursts();
    this.#cursors = choices.map(({ parts }) => new PartCursor(parts));
    this.#left = choices.map(({ parts }) => tokensIn(parts));
    this.#gapsMs = new Float64Array(stepsMax);
    this.#tokens = new Uint32Array(stepsMax);
  }

  get goesOn(): boolean {
    return this.#left.some((tokens) => tokens > 0);
  }

  steps(timeScale: number): Omit<Timing, 'ttftUs'> {
    const itlUs = this.#gapsMs.slice(1, this.#steps).map((gapMs) => gapMs * 1_000 * timeScale);
    return { itlUs, stepTokens: this.#tokens.slice(0, this.#steps) };
  }

  /** A step of one chunk without a gap; whether it ends a part of some choice. */
  chunk(): boolean {
    const tokens = this.#drawTokens();
    this.#tokens[this.#steps++] = tokens;
    return this.#give(tokens);
  }

  /** The next chunk or burst. */
  next(): void {
    const { burst } = this.#pace;
    const first = this.#steps;
    if (burst === undefined || this.#bursts.nextUnit() >= burst.probability) {
      this.#waitFor(first);
      this.chunk();
      return;
    }
    if (!burst.joined) {
      for (let chunk = 0; chunk < burst.chunks && this.goesOn; chunk++) {
        this.#waitFor(first);
        this.chunk();
      }
      return;
    }
    this.#steps++;
    let endsPart = false;
    for (let chunk = 0; chunk < burst.chunks && this.goesOn && !endsPart; chunk++) {
      this.#waitFor(first);
      const tokens = this.#drawTokens();
      this.#tokens[first] += tokens;
      endsPart = this.#give(tokens);
    }
  }

  /** One more gap before the step. */
  #waitFor(step: number): void {
    this.#gapsMs[step] += this.#pace.itl.sampleMs(this.#timing);
  }

  #drawTokens(): number {
    const { chunkTokens } = this.#pace;
    if (chunkTokens === undefined) return 1;
    return Math.min(CHUNK_TOKENS_MAX, Math.max(1, Math.round(chunkTokens.sampleMs(this.#chunks))));
  }

  /** Gives every choice so many tokens of what is left of its part; whether that ends the part of some choice. */
  #give(tokens: number): boolean {
    let endsPart = false;
    this.#cursors.forEach((cursor, choice) => {
      cursor.advance(tokens);
      this.#left[choice] -= cursor.count;
      endsPart ||= cursor.endsPart;
    });
    return endsPart;
  }
}
