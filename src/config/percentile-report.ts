/**
 * What `validate` says about distributions that are given by percentiles: for each percentile what the draws have, since a family cannot
 * always meet three of them, and truncation moves them.
 */
import { type FamilyParameters, families } from '../latency/families.js';
import { inMilliseconds, type LengthDistribution } from '../latency/lengths.js';
import { percentileFits } from '../latency/percentile-fits.js';
import { isPlainObject, type PlainObject } from './plain-data.js';
import { formatPath, type Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';

export interface PercentileReport {
  /** The path of the percentile's key, which also names the unit. */
  readonly path: string;
  readonly wanted: number;
  readonly drawn: number;
  /** (drawn - wanted) / wanted; 0 where that is less than a ten-thousandth. */
  readonly relative_error: number;
}

/** Less is rounding, or a tail that truncation takes off, and beyond what measurements of delays tell apart. */
const agreement = 1e-4;

/** Expects a valid configuration. Distributions are found wherever they stand, those of a mixture on their own. */
export function reportPercentiles(configuration: Configuration): PercentileReport[] {
  return reportsOf(configuration, []);
}

function reportsOf(value: unknown, path: Path): PercentileReport[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => reportsOf(item, [...path, String(index)]));
  if (!isPlainObject(value)) return [];
  const nested = Object.entries(value).flatMap(([key, item]) => reportsOf(item, [...path, key]));
  return families.some(({ name }) => name === value.distribution) ? [...nested, ...reportOf(value, path)] : nested;
}

function reportOf(parameters: PlainObject, path: Path): PercentileReport[] {
  const isLength = Object.keys(parameters).some((key) => key.endsWith('_tokens'));
  const delays = isLength ? inMilliseconds(parameters as LengthDistribution) : parameters;
  return percentileFits(delays as FamilyParameters).map(({ key, wantedMs, drawnMs }) => {
    const error = drawnMs / wantedMs - 1;
    return {
      path: formatPath([...path, isLength ? key.replace(/_ms$/, '_tokens') : key]),
      wanted: wantedMs,
      drawn: Number(drawnMs.toPrecision(9)),
      relative_error: Math.abs(error) < agreement ? 0 : Number(error.toPrecision(6)),
    };
  });
}

/** What `validate` prints as JSON: how many are met, and each that is not. */
export function summarizePercentiles(reports: readonly PercentileReport[]): {
  readonly percentiles_met: number;
  readonly percentiles: readonly PercentileReport[];
} {
  const missed = reports.filter((report) => report.relative_error !== 0);
  return { percentiles_met: reports.length - missed.length, percentiles: missed };
}

/** For a terminal: how many are met, and a line for each that is not. */
export function formatPercentiles(reports: readonly PercentileReport[]): string[] {
  const { percentiles_met: met, percentiles: missed } = summarizePercentiles(reports);
  return [
    ...(met === 0 ? [] : [`${met} percentiles are met to 0.01 %`]),
    ...missed.map(({ path, wanted, drawn, relative_error: error }) => {
      const unit = path.endsWith('_tokens') ? 'tokens' : 'ms';
      const percent = `${error > 0 ? '+' : ''}${Number((error * 100).toPrecision(3))} %`;
      return `${path}: ${wanted} ${unit} wanted, ${Number(drawn.toPrecision(6))} ${unit} drawn (${percent})`;
    }),
  ];
}
