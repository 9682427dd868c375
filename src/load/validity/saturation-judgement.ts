/**
 * Judges what the simulator said of itself before, during and after a run. Pure: a list of looks, each with its time, gives the reasons.
 *
 * A verdict reaches back over ten seconds and ends some ten seconds after its cause, so what the warm-up caused is seen after it. A verdict that
 * was there when the warm-up ended is the warm-up's own as long as it lasts, if it is over in time; one that is not may be the run's.
 *
 *            warm-up        │ SATURATION_LASTS_SECS │
 *   ───── saturated ────────┼──────▶ over           │                excused
 *   ───── saturated ────────┼───────────────────────┼────────▶       the run's
 *                           │      ├── saturated ──▶│                the run's
 */
import type { InvalidityReason } from './contract.js';

/** One look at the simulator. */
export interface SaturationLook {
  /** From the run's start; below 0 before it. */
  readonly atSecs: number;
  /** What the simulator said; undefined where it did not answer in time. */
  readonly verdict: SaturationVerdict | undefined;
}

export interface SaturationVerdict {
  readonly now: boolean;
  readonly reasons: readonly string[];
  readonly slipP99Ms: number;
  readonly slipLimitMs: number;
}

/** The window of ten seconds, and what a verdict needs to be made and to come around. */
const SATURATION_LASTS_SECS = 13;
/** Looks that may stay unanswered: on a machine that is busy one does. */
const SILENT_SHARE = 0.1;
const SILENT_MIN = 2;

/** @param looks in the order of their times, at a node that is known to be a simulator */
export function judgeSaturation(looks: readonly SaturationLook[], warmUpSecs: number): InvalidityReason[] {
  const counted = looks.slice(firstCounted(looks, warmUpSecs));
  return [...saturatedReasons(counted), ...silentReasons(counted)];
}

/** The first look that is about what counts. */
function firstCounted(looks: readonly SaturationLook[], warmUpSecs: number): number {
  if (warmUpSecs <= 0) return 0;
  const found = looks.findIndex(({ atSecs }) => atSecs >= warmUpSecs);
  const first = found < 0 ? looks.length : found;
  if (looks[first - 1]?.verdict?.now !== true) return first;
  const over = looks.findIndex(({ verdict }, index) => index >= first && verdict?.now === false);
  return over >= 0 && looks[over].atSecs <= warmUpSecs + SATURATION_LASTS_SECS ? over : first;
}

function saturatedReasons(looks: readonly SaturationLook[]): InvalidityReason[] {
  const saturated = looks.flatMap(({ verdict }) => (verdict?.now === true ? [verdict] : []));
  if (saturated.length === 0) return [];
  const reasons = [...new Set(saturated.flatMap(({ reasons: own }) => own))];
  const worst = saturated.reduce((left, right) => (right.slipP99Ms > left.slipP99Ms ? right : left));
  const before = looks[0].atSecs < 0 && looks[0].verdict?.now === true ? ', already before the run' : '';
  const message =
    `the simulator was saturated in ${saturated.length} of ${looks.length} looks at it (${reasons.join(', ')})${before}; ` +
    `p99 of its slip was up to ${worst.slipP99Ms} ms, its limit is ${worst.slipLimitMs} ms`;
  return [{ code: 'upstream_saturated', message }];
}

function silentReasons(looks: readonly SaturationLook[]): InvalidityReason[] {
  const silent = looks.filter(({ verdict }) => verdict === undefined).length;
  if (silent < SILENT_MIN || silent <= looks.length * SILENT_SHARE) return [];
  const message = `the simulator did not say how it fared in ${silent} of ${looks.length} looks at it`;
  return [{ code: 'upstream_silent', message }];
}
