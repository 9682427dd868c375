/**
 * One axis of a chart: from what the caller says and the values on it to a scale, ticks and their labels. Equal input gives equal
 * ticks; a domain is never empty, and a logarithmic one never reaches zero.
 */
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';

export interface Axis {
  readonly label: string;
  /** 'linear' when absent. */
  readonly scale?: 'linear' | 'log';
  /** The least and the greatest value shown; what is beyond is cut off. When absent, round values that hold every point. */
  readonly domain?: readonly [number, number];
  /** What stands at a labelled tick instead of its value. */
  readonly tickLabel?: (value: number) => string;
}

export interface Tick {
  /** Distance from the beginning of the axis, px. */
  readonly at: number;
  /** Empty for a line between two labelled ones. */
  readonly label: string;
}

export interface ScaledAxis {
  /** Where a value belongs, px; NaN where the axis has no such value. */
  position(value: number): number;
  readonly ticks: readonly Tick[];
}

/** From this many decades on, only the powers of ten are labelled. */
const DECADES_LABELLED_1_2_5 = 3;

/**
 * @param values all values on the axis; those that are not finite are left out
 * @param range the positions of the domain's two ends, px
 * @param tickCount about so many ticks, for a linear axis
 * @throws RangeError when a logarithmic axis holds a value that is not positive
 */
export function scaleAxis(
  axis: Axis,
  values: readonly number[],
  range: readonly [number, number],
  tickCount: number,
): ScaledAxis {
  const log = axis.scale === 'log';
  const [low, high] = axis.domain ?? extent(values, log);
  if (log && low <= 0) throw new RangeError(`the logarithmic axis "${axis.label}" cannot show ${low}`);
  const scale: ScaleContinuousNumeric<number, number> = (log ? scaleLog() : scaleLinear())
    .domain([low, high])
    .range(range);
  if (axis.domain === undefined) scale.nice();
  return {
    position: (value) => scale(value),
    ticks: log ? logTicks(scale, axis.tickLabel) : linearTicks(scale, tickCount, axis.tickLabel),
  };
}

function linearTicks(
  scale: ScaleContinuousNumeric<number, number>,
  count: number,
  tickLabel: Axis['tickLabel'],
): Tick[] {
  const format = tickLabel ?? scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ at: scale(value), label: format(value) }));
}

function logTicks(
  scale: ScaleContinuousNumeric<number, number>,
  tickLabel: (value: number) => string = plainNumber,
): Tick[] {
  const [low, high] = scale.domain();
  const labelled = Math.log10(high / low) < DECADES_LABELLED_1_2_5 ? [1, 2, 5] : [1];
  return scale.ticks().map((value) => {
    const mantissa = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
    return { at: scale(value), label: labelled.includes(mantissa) ? tickLabel(value) : '' };
  });
}

/** Without the noise of binary fractions: 0.30000000000000004 is 0.3. */
function plainNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function extent(values: readonly number[], log: boolean): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return log ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  return log ? [low / 2, high * 2] : [low - Math.max(1, Math.abs(low) / 10), high + Math.max(1, Math.abs(high) / 10)];
}
