/** Pictures of a run over time: rates, requests in flight, errors, and the middle and the tail of each delay. */
import type { SecondFigures } from '../result.js';
import { CHART_HEIGHT, CHART_WIDTH } from './html-page.js';
import { lineChart, type Point, type Series } from './plots/line-chart.js';
import { type SeriesPoint, secondsPerPoint, seriesPoints } from './series-points.js';

interface SeriesChart {
  readonly title: string;
  readonly unit: string;
  /** Whether it is shown when there is nothing but zeros in it. */
  readonly always?: boolean;
  readonly lines: readonly Line[];
}

interface Line {
  readonly name: string;
  readonly colour: number;
  readonly dashed?: boolean;
  value(point: SeriesPoint): number;
}

const BLUE = 0;
const ORANGE = 1;
const GREEN = 2;
const PURPLE = 3;

const CHARTS: readonly SeriesChart[] = [
  {
    title: 'Requests over time',
    unit: 'per second',
    lines: [
      { name: 'started', colour: BLUE, value: ({ startedRate }) => startedRate },
      { name: 'finished', colour: GREEN, dashed: true, value: ({ finishedRate }) => finishedRate },
    ],
  },
  {
    title: 'Errors over time',
    unit: 'per second',
    always: true,
    lines: [{ name: '', colour: ORANGE, value: ({ errorRate }) => errorRate }],
  },
  {
    title: 'Requests in flight',
    unit: 'requests',
    lines: [{ name: '', colour: PURPLE, value: ({ inFlight }) => inFlight }],
  },
  delayChart('Time to first token over time', 'ttft_p50_ms', 'ttft_p99_ms'),
  delayChart('Inter-token latency over time', 'itl_p50_ms', 'itl_p99_ms'),
  delayChart('End-to-end time over time', 'e2e_p50_ms', 'e2e_p99_ms'),
  {
    title: 'Output tokens over time',
    unit: 'per second',
    lines: [{ name: '', colour: GREEN, value: ({ outputTokenRate }) => outputTokenRate }],
  },
  {
    title: 'Lateness of the generator',
    unit: 'ms',
    lines: [{ name: 'p99', colour: ORANGE, value: ({ delays }) => delays.late_p99_ms }],
  },
];

function delayChart(
  title: string,
  middle: keyof SeriesPoint['delays'],
  tail: keyof SeriesPoint['delays'],
): SeriesChart {
  return {
    title,
    unit: 'ms',
    lines: [
      { name: 'p50', colour: BLUE, value: ({ delays }) => delays[middle] },
      { name: 'p99', colour: ORANGE, value: ({ delays }) => delays[tail] },
    ],
  };
}

/** None for an empty series; a picture without a value above 0 is left out, but for the errors'. */
export function seriesCharts(series: readonly SecondFigures[]): string[] {
  const points = seriesPoints(series);
  if (points.length === 0) return [];
  const width = secondsPerPoint(series);
  return CHARTS.filter(
    ({ always, lines }) => always === true || lines.some(({ value }) => points.some((point) => value(point) > 0)),
  ).map((chart) => drawn(chart, points, width));
}

/** Of how many seconds a point is, in words; undefined when it is one. */
export function thinningNote(series: readonly SecondFigures[]): string | undefined {
  const width = secondsPerPoint(series);
  if (width === 1) return undefined;
  return `Each point stands for ${width} seconds: rates are their mean, p99 and requests in flight the worst of them.`;
}

function drawn({ title, unit, lines }: SeriesChart, points: readonly SeriesPoint[], width: number): string {
  const first = points[0]!.second;
  const last = points.at(-1)!.second + width;
  const highest = Math.max(...lines.flatMap(({ value }) => points.map(value).filter(Number.isFinite)), 0);
  return lineChart({
    title,
    width: CHART_WIDTH,
    height: CHART_HEIGHT,
    carriesStyle: false,
    x: { label: 'seconds', domain: [first, last] },
    y: { label: unit, domain: [0, highest === 0 ? 1 : 1.1 * highest] },
    series: lines.map((line): Series => {
      const { name, colour, dashed } = line;
      const places = points.map((point): Point => [point.second + width / 2, line.value(point)]);
      // A single value has no line.
      const isAlone = places.filter(([, y]) => Number.isFinite(y)).length === 1;
      return { name, colour, dashed, points: places, shape: isAlone ? 'points' : 'line' };
    }),
  });
}
