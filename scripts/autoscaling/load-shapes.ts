/** Loads as the simulation offers them: open streams wanted at each second, from a steady state on. */

export interface LoadShape {
  readonly name: string;
  /** For the page: what happens when. */
  readonly description: string;
  /** Of the picture and of the sums, s. */
  readonly seconds: number;
  /** When the load begins to change, s. */
  readonly changesAtSecs: number;
  /** @param secs since the beginning; what is before it is steady */
  streamsAt(secs: number): number;
}

const BEFORE_SECS = 300;
const LOW = 1_000;
const HIGH = 12_000;

export function ramp(low: number, high: number, rampSecs: number, holdSecs: number, afterSecs: number): LoadShape {
  const [top, fall] = [BEFORE_SECS + rampSecs, BEFORE_SECS + rampSecs + holdSecs];
  return {
    name: 'ramp',
    description: `${figure(low)} → ${figure(high)} streams within ${minutes(rampSecs)}, held for ${minutes(holdSecs)}, and back at once`,
    seconds: fall + afterSecs,
    changesAtSecs: BEFORE_SECS,
    streamsAt: (secs) => {
      if (secs < BEFORE_SECS || secs >= fall) return low;
      return secs >= top ? high : low + ((high - low) * (secs - BEFORE_SECS)) / rampSecs;
    },
  };
}

/** A step that lasts, or a spike that is over before much can be done about it. */
export function step(name: string, low: number, high: number, holdSecs: number, afterSecs: number): LoadShape {
  const fall = BEFORE_SECS + holdSecs;
  return {
    name,
    description: `${figure(low)} → ${figure(high)} streams at once, back after ${minutes(holdSecs)}`,
    seconds: fall + afterSecs,
    changesAtSecs: BEFORE_SECS,
    streamsAt: (secs) => (secs >= BEFORE_SECS && secs < fall ? high : low),
  };
}

export const loadShapes: readonly LoadShape[] = [
  ramp(LOW, HIGH, 600, 600, 1_800),
  step('step', LOW, HIGH, 900, 1_800),
  step('spike', LOW, HIGH, 60, 1_800),
];

function figure(value: number): string {
  return value.toLocaleString('en-US');
}

function minutes(secs: number): string {
  return secs === 60 ? 'a minute' : `${secs / 60} minutes`;
}
