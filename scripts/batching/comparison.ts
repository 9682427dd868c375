/** The published measurements next to what the simulation gives for the same load. */
import type { batchingPresets } from '../../src/config/batching-presets.js';
import { quantile, runClosedLoop } from './closed-loop.js';
import { type Measurement, measurements, sources } from './published.js';
import { chatLengths, parametersOf } from './workloads.js';

export interface ComparedFigure {
  readonly measurement: Measurement;
  readonly source: string;
  readonly figure: string;
  readonly measured: number;
  readonly simulated: number;
}

const ALONE_ROUNDS = 100;
const EIGHT_ROUNDS = 40;

type Figures = Pick<Measurement, 'aloneTtftMs' | 'aloneTpotMs' | 'eightClients' | 'hundredAtOnce'>;

const names: Record<keyof Figures, string> = {
  aloneTtftMs: 'TTFT of a lone request, p50, ms',
  aloneTpotMs: 'gap of a lone request, p50, ms',
  eightClients: '8 clients, tokens/s',
  hundredAtOnce: '100 requests at once, tokens/s',
};

function simulate(preset: keyof typeof batchingPresets): Required<Figures> {
  const common = { parameters: parametersOf(preset), lengths: chatLengths };
  const alone = runClosedLoop({ ...common, concurrency: 1, rounds: ALONE_ROUNDS, rampSeconds: 0 });
  const eight = runClosedLoop({ ...common, concurrency: 8, rounds: EIGHT_ROUNDS, rampSeconds: 2 });
  const hundred = runClosedLoop({ ...common, concurrency: 100, rounds: 1, rampSeconds: 0 });
  return {
    aloneTtftMs: quantile(alone.ttftMs, 0.5),
    aloneTpotMs: quantile(alone.itlMs, 0.5),
    eightClients: eight.tokensPerSecond,
    hundredAtOnce: hundred.outputTokens / hundred.elapsedSeconds,
  };
}

export function comparison(): ComparedFigure[] {
  const simulated = new Map(
    [...new Set(measurements.map(({ preset }) => preset))].map((preset) => [preset, simulate(preset)]),
  );
  return measurements.flatMap((measurement) =>
    (Object.keys(names) as (keyof Figures)[]).flatMap((key): ComparedFigure[] => {
      const measured = measurement[key];
      if (measured === undefined) return [];
      const source = sources[measurement.source];
      return [
        { measurement, source, figure: names[key], measured, simulated: simulated.get(measurement.preset)![key] },
      ];
    }),
  );
}
