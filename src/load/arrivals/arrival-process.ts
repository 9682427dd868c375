/**
 * The arrivals of a plan's stages, one stage behind the other. At a rate a process of rate one runs on the axis of expected arrivals (whole
 * numbers, or sums of exponential draws), and the stage's course says when that many are expected: for draws a Poisson process of the stage's
 * rate exactly, by the change of time. What is left of a gap at a stage's end goes on in the next stage of the same spacing, so that many
 * short stages have no more arrivals than one long stage. Source: D. R. Cox, V. Isham, "Point Processes" (1980), sec. 4.2.
 *
 * Invariant: times never fall, and arrivals and draws come from the stages and the given source alone.
 */
import { seededRandom } from '../../engine/rng.js';
import type { RandomSource } from '../../kernel/random-source.js';
import type { ArrivalProcess, ArrivalStage } from '../contract.js';
import type { Course, RateCourse } from './contract.js';
import { shownNumber } from './parameters.js';
import { courseOf, describeStage } from './registry.js';

/** Sums of rates times lengths miss a whole number by some units in the last place: the arrival there belongs to what follows. */
const ROUNDING = 1e-9;
/** The stream of a plan's seed that arrivals are drawn from. */
const ARRIVALS_STREAM = 0x6c6f_6164;

/** The source of a plan's arrivals, the same in every thread. @param seed integer in [0, 2^53) */
export function arrivalRandom(seed: number): RandomSource {
  return seededRandom(seed, new Uint32Array(4), ARRIVALS_STREAM);
}

/**
 * When the stages' conversations start. Stages are to have passed their schema and arrivalStageProblems().
 * @throws RangeError for an unknown pattern, or a trace without its rows
 */
export function arrivalProcess(stages: readonly ArrivalStage[], random: RandomSource): ArrivalProcess {
  return new StagedArrivals(stages.map(courseOf), random);
}

class StagedArrivals implements ArrivalProcess {
  readonly #courses: readonly Course[];
  readonly #random: RandomSource;
  #stage = 0;
  #stageStartMs = 0;
  /** The next arrival: on the axis of the course's expected arrivals, or its number. */
  #next = 0;
  #lastMs = 0;

  constructor(courses: readonly Course[], random: RandomSource) {
    this.#courses = courses;
    this.#random = random;
    this.#beginStage(undefined);
  }

  next(): number | undefined {
    for (;;) {
      const course = this.#courses[this.#stage];
      if (course === undefined) return undefined;
      if (course.kind === 'listed') {
        if (this.#next < course.expected) return this.#timeMs(course.secsAt(this.#next++));
      } else if (this.#next < course.expected - ROUNDING) {
        const secs = course.secsOf(this.#next);
        this.#next += this.#gap(course);
        return this.#timeMs(secs);
      }
      this.#stageStartMs += course.durationSecs * 1_000;
      this.#stage++;
      this.#beginStage(course);
    }
  }

  #beginStage(before: Course | undefined): void {
    const course = this.#courses[this.#stage];
    if (course?.kind !== 'rate') this.#next = 0;
    else if (before?.kind === 'rate' && before.spacing === course.spacing) {
      this.#next = Math.max(0, this.#next - before.expected);
    } else this.#next = course.spacing === 'even' ? 0 : this.#gap(course);
  }

  #gap({ spacing }: RateCourse): number {
    return spacing === 'even' ? 1 : -Math.log1p(-this.#random.nextUnit());
  }

  #timeMs(secs: number): number {
    // Two arrivals that lie closer than a course is exact must not change places.
    this.#lastMs = Math.max(this.#lastMs, this.#stageStartMs + secs * 1_000);
    return this.#lastMs;
  }
}

/** How long the stages last together, in seconds. A trace lasts up to its last arrival. */
export function arrivalsDurationSecs(stages: readonly ArrivalStage[]): number {
  return stages.reduce((sum, stage) => sum + courseOf(stage).durationSecs, 0);
}

/** How many conversations are to be expected of the stages. */
export function expectedArrivals(stages: readonly ArrivalStage[]): number {
  return stages.reduce((sum, stage) => sum + courseOf(stage).expected, 0);
}

/** One line for a person: `ramp from 1/s to 50/s for 60 s, then poisson 50/s for 300 s`. */
export function describeArrivals(stages: readonly ArrivalStage[]): string {
  return stages
    .map((stage) => `${describeStage(stage)} for ${shownNumber(courseOf(stage).durationSecs)} s`)
    .join(', then ');
}
