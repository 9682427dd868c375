/** The pictures of the sizing page, by file name: for each load the pods, and what each of them carries. */
import { lineChart, type Point, type Series } from '../../src/load/report/plots/line-chart.js';
import type { Chart } from '../capacity/charts.js';
import { loadShapes } from './load-shapes.js';
import type { MeasuredPod } from './pod-figures.js';
import { type Run, STREAMS } from './runs.js';
import type { Moment } from './simulation.js';

/** How many variants a picture shows: the first two are the base and the one without a window. */
const SHOWN = 2;

export function drawCharts(runs: readonly Run[], { figures }: MeasuredPod, streamsPerPod: number): Chart[] {
  const carried = figures.chunksPerSecond / STREAMS.tokensPerSecond;
  return loadShapes.flatMap((load) => {
    const shown = runs.filter((run) => run.load === load).slice(0, SHOWN);
    return [podsChart(shown, carried), streamsChart(shown, carried, streamsPerPod)];
  });
}

function series(
  name: string,
  moments: readonly Moment[],
  value: (moment: Moment) => number,
  more: Partial<Series> = {},
): Series {
  return { name, points: moments.map((moment): Point => [moment.secs / 60, value(moment)]), ...more };
}

function plain({ variant }: Run): string {
  return variant.name.replaceAll('`', '');
}

function podsChart(runs: readonly Run[], carried: number): Chart {
  const { load, result } = runs[0]!;
  const lines = runs.map((run, index) =>
    series(`serving, ${plain(run)}`, run.result.moments, ({ serving }) => serving, { shape: 'steps', colour: index }),
  );
  const content = lineChart({
    title: `Pods under a ${load.name}`,
    subtitle: load.description,
    x: { label: 'minutes' },
    y: { label: 'pods', domain: [0, 1 + Math.max(...runs.map((run) => run.result.replicasMax))] },
    series: [
      ...lines,
      series('so many could carry the load', result.moments, ({ wanted }) => wanted / carried, {
        dashed: true,
        colour: 5,
      }),
    ],
  });
  return { name: `pods-${load.name}.svg`, content };
}

function streamsChart(runs: readonly Run[], carried: number, streamsPerPod: number): Chart {
  const { load, result } = runs[0]!;
  const perPod = ({ open, serving }: Moment) => (serving === 0 ? Number.NaN : open / serving);
  const most = Math.max(carried, ...runs.flatMap((run) => run.result.moments.map(perPod)));
  const content = lineChart({
    title: `Streams per pod under a ${load.name}`,
    subtitle: load.description,
    x: { label: 'minutes' },
    y: { label: 'open streams per serving pod', domain: [0, most * 1.05] },
    series: [
      ...runs.map((run, index) => series(plain(run), run.result.moments, perPod, { colour: index })),
      series('tokens are on time below', result.moments, () => carried, { dashed: true, colour: 3 }),
      series('what the autoscaler aims at', result.moments, () => streamsPerPod, { dashed: true, colour: 5 }),
    ],
  });
  return { name: `streams-${load.name}.svg`, content };
}
