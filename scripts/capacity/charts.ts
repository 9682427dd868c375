/** The pictures of the capacity page, by file name. */
import { type MemoryFigures, memoryOf } from '../../bench/capacity/memory-figures.js';
import type { Measured } from '../../bench/capacity/results.js';
import type { SampledSeries } from '../../bench/capacity/soak-sampler.js';
import { lineChart, type Point, type Series } from '../../src/load/report/plots/line-chart.js';
import type { CapacityResults } from './results-read.js';
import { count } from './table.js';

export interface Chart {
  readonly name: string;
  readonly content: string;
}

export function drawCharts({ paced, soak }: CapacityResults): Chart[] {
  return [
    ...(paced.length === 0 ? [] : [capacityChart(paced), memoryChart(paced)]),
    ...paced.map(slipChart),
    ...soak.flatMap(soakCharts),
  ];
}

function capacityChart(paced: readonly Measured<'paced'>[]): Chart {
  const series = paced.flatMap(({ result, transport }, index) =>
    [0, 1].map((limit): Series => {
      const { limitMs } = result.rows[0].capacity[limit];
      return {
        name: `${transport}, p99 slip < ${limitMs} ms`,
        colour: index,
        dashed: limit === 1,
        points: result.rows.flatMap(({ capacity, streams }): Point[] => {
          const { rate } = capacity[limit];
          return rate === null ? [] : [[streams, rate]];
        }),
      };
    }),
  );
  const content = lineChart({
    title: 'Highest rate at which tokens are on time',
    subtitle: 'all streams together; one acceptor, two for 20,000 streams',
    x: { label: 'open streams', scale: 'log' },
    y: { label: 'chunks per second' },
    series,
  });
  return { name: 'rate.svg', content };
}

function memoryChart(paced: readonly Measured<'paced'>[]): Chart {
  const servers: { readonly [name: string]: (memory: MemoryFigures) => number | null } = {
    warmed: ({ warmedBytesPerStream }) => warmedBytesPerStream,
    fresh: ({ freshBytesPerStream }) => freshBytesPerStream,
  };
  const series = paced.flatMap(({ result, transport }, index) =>
    Object.entries(servers).map(
      ([server, bytesOf]): Series => ({
        name: `${transport}, ${server}`,
        colour: index,
        dashed: server === 'fresh',
        points: result.rows.flatMap(({ streams, usual }): Point[] => {
          const bytes = bytesOf(memoryOf(usual));
          return bytes === null ? [] : [[streams, bytes / 1_024]];
        }),
      }),
    ),
  );
  const content = lineChart({
    title: 'Resident memory per open stream',
    subtitle: 'at 5 tokens/s each, less what the server had when it had served before (warmed) or never (fresh)',
    x: { label: 'open streams', scale: 'log' },
    y: { label: 'KB' },
    // Nothing is warmed where there was no warm-up.
    series: series.filter(({ points }) => points.length > 0),
  });
  return { name: 'memory.svg', content };
}

/** The least p99 that the picture shows, ms: a logarithmic axis has no zero. */
const P99_MS_MIN = 0.1;

function slipChart({ result, transport }: Measured<'paced'>): Chart {
  const series = result.rows.map(
    ({ streams, trials }): Series => ({
      name: `${count(streams)} streams`,
      points: trials.map(({ p99Ms, rate }): Point => [rate, Math.max(P99_MS_MIN, p99Ms)]),
    }),
  );
  const content = lineChart({
    title: `p99 slip over the rate, ${transport}`,
    subtitle: 'every trial of the search; a rate that was tried again has several points',
    x: { label: 'chunks per second, all streams together' },
    y: { label: 'ms', scale: 'log', domain: [P99_MS_MIN, 1_000] },
    series,
  });
  return { name: `slip-${transport}.svg`, content };
}

function soakCharts({ result, transport }: Measured<'soak'>): Chart[] {
  const seriesOf = (name: SampledSeries): Series => ({
    name,
    points: result.series[name].map((value, index): Point => [(index * result.stepSeconds) / 60, value]),
  });
  const draw = (title: string, label: string, names: readonly SampledSeries[]) =>
    lineChart({
      title: `${title}, ${transport}`,
      subtitle: `${result.requestsPerSecond} mixed requests per second, ${result.acceptors} acceptors`,
      x: { label: 'minutes' },
      y: { label },
      series: names.map(seriesOf),
    });
  return [
    {
      name: `soak-memory-${transport}.svg`,
      content: draw('Memory over the soak', 'MB', [
        'acceptor heap MB',
        'acceptor RSS MB',
        'primary heap MB',
        'primary RSS MB',
      ]),
    },
    {
      name: `soak-load-${transport}.svg`,
      content: draw('Lateness and load over the soak', 'ms, or number', [
        'open files',
        'active requests',
        'event loop lag p99 ms',
        'slip p99 ms',
      ]),
    },
  ];
}
