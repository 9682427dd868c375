/** Two pictures of a case: the measured and the configured cumulative distribution, and how far their percentiles are apart. */
import { lineChart, type Point } from '../../src/load/report/plots/line-chart.js';
import { type ExpectedDistribution, expectedDistribution, shifted } from './expected-distribution.js';
import { SIGNIFICANCE } from './judgement.js';
import { allowanceMs, percentile, percentileInterval, sorted } from './statistics.js';
import type { CaseResult } from './verify-stage.js';

export interface CasePlots {
  readonly cumulative: string;
  readonly residual: string;
}

const WIDTH = 560;
const HEIGHT = 340;
const STEPS = 200;
/** What is shown of the tail. */
const SHOWN_TO = 0.998;

const roleNames = { ttft: 'time to first token', itl: 'inter-token latency' } as const;

export function casePlots(result: CaseResult): CasePlots {
  const { model, role, samples, stage } = result;
  const prefillMs = (samples.promptTokens / (model.prefillTokensPerSec ?? Number.POSITIVE_INFINITY)) * 1_000;
  const expected =
    role === 'ttft' ? shifted(expectedDistribution(model.ttft), prefillMs) : expectedDistribution(model.itl);
  const all = samples[role];
  const { times: counted, timesMeasured } = result.figures;
  const isChoice = counted > 0 && counted < timesMeasured;
  const times = isChoice ? all.quietOnes() : all;
  const measured = sorted(times.measured);
  const planned = sorted(times.planned);
  const title = `${model.name}: ${roleNames[role]}`;
  const number = isChoice ? `${counted} of ${timesMeasured}` : `${timesMeasured}`;
  const subtitle = `${stage.streams} streams, ${number} times measured`;
  return {
    cumulative: cumulativePlot(title, subtitle, expected, measured),
    residual: residualPlot(result, title, expected, measured, planned),
  };
}

function cumulativePlot(
  title: string,
  subtitle: string,
  expected: ExpectedDistribution,
  measured: Float64Array,
): string {
  const shares = Array.from({ length: STEPS }, (_, index) => ((index + 0.5) / STEPS) * SHOWN_TO);
  // By values and not by quantiles, so that a jump is drawn as one.
  const highest = Math.max(expected.quantile(SHOWN_TO), percentile(measured, SHOWN_TO));
  const lowest = Math.min(expected.quantile(0.002), percentile(measured, 0.002));
  const margin = Math.max((highest - lowest) / 20, 0.5);
  const [from, to] = [Math.max(0, lowest - margin), highest + margin];
  const values = Array.from({ length: 2 * STEPS + 1 }, (_, index) => from + ((to - from) * index) / (2 * STEPS));
  return lineChart({
    title,
    subtitle,
    width: WIDTH,
    height: HEIGHT,
    x: { label: 'ms', domain: [from, to] },
    y: { label: 'share of at most so long', domain: [0, 1] },
    series: [
      { name: 'configured', points: values.map((ms): Point => [ms, expected.cumulative(ms)]) },
      { name: 'measured', dashed: true, points: shares.map((p): Point => [percentile(measured, p), p]) },
    ],
  });
}

function residualPlot(
  { stage }: CaseResult,
  title: string,
  expected: ExpectedDistribution,
  measured: Float64Array,
  planned: Float64Array,
): string {
  const shares = Array.from({ length: 97 }, (_, index) => (index + 2) / 100);
  const off = (ms: (p: number) => number): Point[] => shares.map((p) => [p, ms(p) - expected.quantile(p)]);
  const interval = (p: number) => percentileInterval(measured.length, p, SIGNIFICANCE);
  const allowance = (p: number) => allowanceMs(stage.tolerance, expected.quantile(p));
  const distances = shares.flatMap((p) =>
    [percentile(measured, p), percentile(planned, p), expected.quantile(p) + 2 * allowance(p)].map((ms) =>
      Math.abs(ms - expected.quantile(p)),
    ),
  );
  const shown = 1.1 * distances.reduce((most, distance) => Math.max(most, distance), 0);
  return lineChart({
    title,
    subtitle: 'percentiles less the configured ones',
    width: WIDTH,
    height: HEIGHT,
    x: { label: 'share', domain: [0, 1] },
    y: { label: 'ms', domain: [-shown, shown] },
    series: [
      { name: 'measured', points: off((p) => percentile(measured, p)) },
      { name: 'planned', dashed: true, points: off((p) => percentile(planned, p)) },
      { name: 'allowed with chance', colour: 5, points: off((p) => expected.quantile(interval(p)[1]) + allowance(p)) },
      { name: '', colour: 5, points: off((p) => expected.quantile(interval(p)[0]) - allowance(p)) },
    ],
  });
}
