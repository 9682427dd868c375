/** What is said of delays here: figures in milliseconds, and whether two clients agree about them. */

/** Two clients agree where a figure of one is within this share of the other's and this many milliseconds. */
export const AGREEMENT_SHARE = 0.02;
export const AGREEMENT_MS = 1;

export interface Figures {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** The figures that are compared. */
export const COMPARED = ['mean', 'p50', 'p90', 'p99'] as const;

/** @param delaysUs at least one, in any order */
export function figuresOf(delaysUs: readonly number[]): Figures {
  const sorted = Float64Array.from(delaysUs).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] / 1_000;
  const mean = sorted.reduce((sum, delayUs) => sum + delayUs, 0) / sorted.length / 1_000;
  return { count: sorted.length, mean, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Figure by figure, over several runs. */
export function medianOf(runs: readonly Figures[]): Figures {
  const median = (name: keyof Figures) => {
    const sorted = runs.map((run) => run[name]).sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)];
  };
  return { count: median('count'), mean: median('mean'), p50: median('p50'), p90: median('p90'), p99: median('p99') };
}

/** The figures that lie too far apart. */
export function disagreements(ours: Figures, theirs: Figures): string[] {
  return COMPARED.filter((name) => Math.abs(ours[name] - theirs[name]) > AGREEMENT_SHARE * theirs[name] + AGREEMENT_MS);
}
