/** The rates that patterns promise, written down a second time and integrated by small steps: what arrivals are held against. */
import type { ArrivalStage } from '../../../src/load/contract.js';

type Numbers = { readonly [name: string]: number };

/** Arrivals per second at a moment of the stage. */
export function rateAt(stage: ArrivalStage, secs: number): number {
  const its = stage as unknown as Numbers;
  switch (stage.pattern) {
    case 'constant':
    case 'poisson':
      return its.rate!;
    case 'ramp':
      return its.from_rate! + (its.to_rate! - its.from_rate!) * (secs / its.duration_secs!);
    case 'step': {
      const step = Math.min(its.steps! - 1, Math.floor((secs / its.duration_secs!) * its.steps!));
      return its.from_rate! + ((its.to_rate! - its.from_rate!) / (its.steps! - 1)) * step;
    }
    case 'spike':
      return secs >= its.at_secs! && secs < its.at_secs! + its.peak_secs! ? its.peak_rate! : its.rate!;
    case 'sine':
      return its.rate! + its.amplitude! * Math.sin(2 * Math.PI * (secs / its.period_secs! + (its.phase ?? 0)));
    default:
      throw new RangeError(`${stage.pattern} has no rate`);
  }
}

const STEPS = 200_000;

/** How many arrivals are to be expected up to a moment, by the midpoint rule, as a function that is quick to ask. */
export function expectedUpTo(stage: ArrivalStage, durationSecs: number): (secs: number) => number {
  const width = durationSecs / STEPS;
  const sums = new Float64Array(STEPS + 1);
  for (let step = 0; step < STEPS; step++) sums[step + 1] = sums[step]! + rateAt(stage, (step + 0.5) * width) * width;
  return (secs) => {
    const place = Math.min(STEPS, Math.max(0, secs / width));
    const step = Math.min(STEPS - 1, Math.floor(place));
    return sums[step]! + (sums[step + 1]! - sums[step]!) * (place - step);
  };
}
