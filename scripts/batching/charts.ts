/** The pictures of docs/batching.md: a closed loop over the concurrency, next to the bare equation and to measurements. */
import type { BatchingParameters } from '../../src/config/batching-parameters.js';
import { batchingPresets } from '../../src/config/batching-presets.js';
import { seededRandom } from '../../src/engine/rng.js';
import type { RandomSource } from '../../src/kernel/random-source.js';
import { type LineChart, lineChart, type Point, type Series } from '../../src/load/report/plots/line-chart.js';
import { type Lengths, type LoopResult, quantile, runClosedLoop } from './closed-loop.js';
import { meanStep } from './mean-field.js';
import { measurements } from './published.js';
import { chatLengths, documentLengths, parametersOf } from './workloads.js';

const CONCURRENCIES = [1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 320, 512] as const;
/** Requests of a point at least, and rounds at least, whichever are more. */
const REQUESTS_MIN = 300;
const ROUNDS_MIN = 5;
const RAMP_SECONDS = 2;
const SAMPLE_SIZE = 20_000;
const SAMPLE_SEED = 5;

type LengthsOf = (random: RandomSource) => Lengths;

export interface SweepPoint {
  readonly concurrency: number;
  readonly result: LoopResult;
}

export function sweep(parameters: BatchingParameters, lengths: LengthsOf, upTo = 512): SweepPoint[] {
  return CONCURRENCIES.filter((concurrency) => concurrency <= upTo).map((concurrency) => {
    const rounds = Math.max(ROUNDS_MIN, Math.ceil(REQUESTS_MIN / concurrency));
    return {
      concurrency,
      result: runClosedLoop({ parameters, concurrency, rounds, rampSeconds: RAMP_SECONDS, lengths }),
    };
  });
}

export function sampleOf(lengths: LengthsOf): Lengths[] {
  const random = seededRandom(SAMPLE_SEED, Uint32Array.of(1, 2, 3, 4), 0);
  return Array.from({ length: SAMPLE_SIZE }, () => lengths(random));
}

const concurrencyAxis = { label: 'requests at a time', scale: 'log', domain: [0.9, 600] } as const;

function pointsOf(points: readonly SweepPoint[], figure: (result: LoopResult) => number): Point[] {
  return points.map(({ concurrency, result }): Point => [concurrency, figure(result)]);
}

const throughputPairs = [
  ['llama-3.1-8b-h100-80gb', 'H100', 'vLLM 0.7.3'],
  ['llama-3.1-8b-a100-80gb', 'A100', 'vLLM 0.20.1'],
  ['llama-3.1-8b-l4', 'L4', 'vLLM 0.7.3'],
] as const;

function throughputChart(a100: readonly SweepPoint[]): LineChart {
  const sample = sampleOf(chatLengths);
  const series = throughputPairs.flatMap(([preset, gpu, engine], colour): Series[] => {
    const parameters = parametersOf(preset);
    const points = gpu === 'A100' ? a100 : sweep(parameters, chatLengths);
    const measured = measurements.find((entry) => entry.preset === preset && entry.engine === engine);
    const equation = CONCURRENCIES.map(
      (concurrency): Point => [concurrency, meanStep(parameters, sample, concurrency).tokensPerSecond],
    );
    return [
      { name: gpu, points: pointsOf(points, (result) => result.tokensPerSecond), colour },
      { name: `${gpu}, equation`, points: equation, dashed: true, colour },
      {
        name: `${gpu}, measured (${engine})`,
        points: [[8, measured?.eightClients ?? Number.NaN]],
        shape: 'points',
        colour,
      },
    ];
  });
  return {
    title: 'Throughput over concurrency: simulated, by the equation, measured',
    subtitle: 'Llama-3.1-8B, chat: prompts of 64 to 592 tokens, replies of 180 to 512; closed loop',
    x: concurrencyAxis,
    y: { label: 'output tokens per second', scale: 'log' },
    series,
  };
}

/** TTFT and ITL of a sweep with the preset, next to the newest measurement of a lone request if there is one. */
export function latencyChart(preset: keyof typeof batchingPresets, points: readonly SweepPoint[]): LineChart {
  const { model, gpus, maxBatchSize } = batchingPresets[preset];
  const at = (figure: 'ttftMs' | 'itlMs', share: number) =>
    pointsOf(points, (result) => quantile(result[figure], share));
  const measured = measurements.find((entry) => entry.preset === preset);
  const dots = (figure: 'aloneTtftMs' | 'aloneTpotMs', colour: number): Series[] => {
    const value = measured?.[figure];
    const name = `${colour === 0 ? 'TTFT' : 'TPOT'} p50, measured`;
    return value === undefined ? [] : [{ name, points: [[1, value]], shape: 'points', colour }];
  };
  return {
    title: 'What a client waits for: first token and gaps',
    subtitle: `${model} on ${gpus}, chat; a batch holds ${maxBatchSize} requests, and fewer when the cache is full`,
    x: concurrencyAxis,
    y: { label: 'ms', scale: 'log' },
    series: [
      { name: 'TTFT p50', points: at('ttftMs', 0.5), colour: 0 },
      { name: 'TTFT p99', points: at('ttftMs', 0.99), colour: 0, dashed: true },
      { name: 'ITL p50', points: at('itlMs', 0.5), colour: 1 },
      { name: 'ITL p99', points: at('itlMs', 0.99), colour: 1, dashed: true },
      ...dots('aloneTtftMs', 0),
      ...dots('aloneTpotMs', 1),
    ],
  };
}

function chunkedPrefillChart(): LineChart {
  const parameters = parametersOf('llama-3.1-8b-a100-80gb');
  const series = [true, false].flatMap((chunkedPrefill, colour): Series[] => {
    const name = chunkedPrefill ? 'in pieces' : 'whole';
    const points = sweep({ ...parameters, chunkedPrefill }, documentLengths, 64);
    return [
      {
        name: `${name}, ITL p99`,
        points: pointsOf(points, ({ itlMs }) => quantile(itlMs, 0.99)),
        colour,
        dashed: true,
      },
      { name: `${name}, ITL p50`, points: pointsOf(points, ({ itlMs }) => quantile(itlMs, 0.5)), colour },
    ];
  });
  return {
    title: 'Prompts in pieces bound the gaps of all others',
    subtitle: 'Llama-3.1-8B on one A100 80 GB, documents: prompts of 2,000 to 6,000 tokens, replies of 100 to 300',
    x: concurrencyAxis,
    y: { label: 'gap between two tokens, ms', scale: 'log' },
    series,
  };
}

/** By the name of the file in docs/. */
export function drawCharts(): { readonly name: string; readonly content: string }[] {
  const a100 = sweep(parametersOf('llama-3.1-8b-a100-80gb'), chatLengths);
  return [
    { name: 'batching-throughput.svg', content: lineChart(throughputChart(a100)) },
    { name: 'batching-latency.svg', content: lineChart(latencyChart('llama-3.1-8b-a100-80gb', a100)) },
    { name: 'batching-chunked-prefill.svg', content: lineChart(chunkedPrefillChart()) },
  ];
}
