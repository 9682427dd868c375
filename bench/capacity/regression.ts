/**
 * The slope of a series with a confidence interval that holds for samples which depend on their neighbours, as memory between two
 * collections does: samples are first averaged over blocks, which are longer than what couples them, and the straight line is fitted to
 * the blocks' means by ordinary least squares.
 */
export interface Slope {
  readonly perHour: number;
  /** Ends of the interval that holds the true slope with a probability of 99 %. */
  readonly low: number;
  readonly high: number;
  /** Of the samples that were used. */
  readonly mean: number;
}

const BLOCKS = 24;
/** Fewer give no interval worth the name. */
const SAMPLES_MIN = 4;
/** 0.995 of the normal distribution. */
const Z = 2.575829304;
const SECONDS_PER_HOUR = 3_600;

/**
 * @param values evenly spaced
 * @param stepSeconds between two of them
 * @returns undefined for fewer than four values
 */
export function slopeOf(values: readonly number[], stepSeconds: number): Slope | undefined {
  if (values.length < SAMPLES_MIN) return undefined;
  const means = blockMeans(values, Math.min(BLOCKS, values.length));
  const hours = (values.length * stepSeconds) / means.length / SECONDS_PER_HOUR;
  const n = means.length;
  const mean = means.reduce((sum, value) => sum + value, 0) / n;
  const middle = (n - 1) / 2;
  let sxx = 0;
  let sxy = 0;
  for (const [x, y] of means.entries()) {
    sxx += (x - middle) ** 2;
    sxy += (x - middle) * (y - mean);
  }
  const slope = sxy / sxx;
  const residual = means.reduce((sum, y, x) => sum + (y - mean - slope * (x - middle)) ** 2, 0);
  const half = studentT(n - 2) * Math.sqrt(residual / (n - 2) / sxx);
  return { perHour: slope / hours, low: (slope - half) / hours, high: (slope + half) / hours, mean };
}

/** Of blocks that differ by one sample in length at most. */
function blockMeans(values: readonly number[], blocks: number): number[] {
  return Array.from({ length: blocks }, (_, block) => {
    const from = Math.floor((block * values.length) / blocks);
    const to = Math.floor(((block + 1) * values.length) / blocks);
    return values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  });
}

/**
 * 0.995 of Student's distribution with so many degrees of freedom, at least 2; within 1 % from 6 on, too small below.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
 */
export function studentT(freedom: number): number {
  const g1 = (Z ** 3 + Z) / 4;
  const g2 = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const g3 = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  const g4 = (79 * Z ** 9 + 776 * Z ** 7 + 1482 * Z ** 5 - 1920 * Z ** 3 - 945 * Z) / 92_160;
  return Z + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3 + g4 / freedom ** 4;
}
