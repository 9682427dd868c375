/**
 * `npm run plot:batching -- PRESET [FILE.svg]`: what a closed loop of chats gets of a preset of latency.batching, as a table, and as a
 * picture when a file is named. Simulated time only. The pictures of docs/batching.md come from `npm run generate`.
 */
import { writeFileSync } from 'node:fs';
import { presetNames } from '../src/config/batching-presets.js';
import { lineChart } from '../src/load/report/plots/line-chart.js';
import { latencyChart, sampleOf, sweep } from './batching/charts.js';
import { quantile } from './batching/closed-loop.js';
import { meanStep } from './batching/mean-field.js';
import { chatLengths, parametersOf } from './batching/workloads.js';

const [name, file] = process.argv.slice(2);
const preset = presetNames.find((known) => known === name);
if (preset === undefined) {
  console.error(`npm run plot:batching -- PRESET [FILE.svg], PRESET one of ${presetNames.join(', ')}`);
  process.exitCode = 1;
} else {
  const parameters = parametersOf(preset);
  const sample = sampleOf(chatLengths);
  const points = sweep(parameters, chatLengths);
  const rows = points.map(({ concurrency, result }) => ({
    clients: concurrency,
    'tokens/s': Math.round(result.tokensPerSecond),
    'by the equation': Math.round(meanStep(parameters, sample, concurrency).tokensPerSecond),
    'TTFT p50 ms': Number(quantile(result.ttftMs, 0.5).toFixed(1)),
    'TTFT p99 ms': Number(quantile(result.ttftMs, 0.99).toFixed(1)),
    'ITL p50 ms': Number(quantile(result.itlMs, 0.5).toFixed(2)),
    'ITL p99 ms': Number(quantile(result.itlMs, 0.99).toFixed(2)),
    preemptions: result.preemptions,
  }));
  console.table(rows);
  if (file !== undefined) writeFileSync(file, lineChart(latencyChart(preset, points)));
}
