/**
 * Monotonic time in microseconds. Everything that plans or paces takes a Clock as an argument; only the composition roots
 * (server, workers, bench) hand in the real one, so tests can drive time by hand.
 */
export interface Clock {
  /** Microseconds since an arbitrary fixed origin; never goes back, unaffected by changes of the wall clock. */
  nowUs(): number;
}

export const monotonicClock: Clock = {
  nowUs: () => performance.now() * 1_000,
};

const OFFSET_READINGS = 8;

/**
 * What has to be added to monotonicClock's time to have a time that means the same moment in every process of this machine: the clock
 * counts from the start of its own process. Exact to a few microseconds. Both read the same clock of the system, so it never changes.
 */
export function machineTimeOffsetUs(): number {
  let offsetUs = 0;
  let tightestUs = Number.POSITIVE_INFINITY;
  for (let reading = 0; reading < OFFSET_READINGS; reading++) {
    const beforeUs = monotonicClock.nowUs();
    const machineUs = Number(process.hrtime.bigint()) / 1_000;
    const afterUs = monotonicClock.nowUs();
    if (afterUs - beforeUs >= tightestUs) continue;
    tightestUs = afterUs - beforeUs;
    offsetUs = machineUs - (beforeUs + afterUs) / 2;
  }
  return offsetUs;
}

/** A clock of the machine's time, to the microseconds of machineTimeOffsetUs(). */
export function machineClock(): Clock {
  const offsetUs = machineTimeOffsetUs();
  return { nowUs: () => monotonicClock.nowUs() + offsetUs };
}
