/**
 * What counting the requests of a load test costs: RECORDS streams of CHUNKS chunks per call, which is what 5,000 streams of 50 chunks a second
 * end with in some 80 ms, and the figures of all of them, which are asked for at the end. The histogram alone is beside what its package's own
 * recordValue() takes for as many numbers.
 */
import { Float64Histogram } from 'hdr-histogram-js';
import type { Bench } from 'tinybench';
import type { LoadPlan, RequestRecord } from '../../src/load/contract.js';
import { createMeasures } from '../../src/load/measures/measures.js';
import { ValueHistogram } from '../../src/load/measures/value-histogram.js';

const RECORDS = 100;
const CHUNKS = 200;
const NUMBERS = 10_000;

const plan: Pick<LoadPlan, 'mix' | 'objectives' | 'warmUpSecs'> = {
  mix: [
    {
      name: 'chat',
      weight: 1,
      dialect: 'openai.chat',
      model: 'gpt-4o',
      stream: true,
      promptTokens: 100,
      conversation: { turns: 1, sharedPrefixTokens: 0, thinkTime: 0 },
      fields: {},
    },
  ],
  objectives: { ttftMs: 500 },
  warmUpSecs: 0,
};

const record: RequestRecord = {
  key: 'key',
  conversation: 0,
  turn: 0,
  mix: 0,
  dialect: 'openai.chat',
  model: 'gpt-4o',
  stream: true,
  identity: -1,
  intendedUs: 0,
  sentUs: 50,
  chunkTimesUs: Uint32Array.from({ length: CHUNKS }, (_, chunk) => 200_000 + chunk * 20_000 + ((chunk * 977) % 9_000)),
  endUs: 4_300_000,
  status: 200,
  outcome: 'complete',
  usage: { inputTokens: 100, cachedInputTokens: 0, outputTokens: CHUNKS, reasoningTokens: 0 },
  bytes: 40_000,
};

export function register(bench: Bench): void {
  const measures = createMeasures(plan);
  bench.add(`load measures: ${RECORDS} streams of ${CHUNKS} chunks`, () => {
    for (let count = 0; count < RECORDS; count++) measures.record(record);
  });
  bench.add('load measures: figures', () => {
    measures.figures();
  });

  const own = new ValueHistogram();
  bench.add(`load measures: ${NUMBERS} numbers`, () => {
    for (let number = 0; number < NUMBERS; number++) own.add(20_000 + ((number * 7_919) % 30_000));
  });
  const packages = new Float64Histogram(1, 2 ** 21 - 1, 3);
  bench.add(`load measures: ${NUMBERS} numbers by recordValue()`, () => {
    for (let number = 0; number < NUMBERS; number++) packages.recordValue(20_000 + ((number * 7_919) % 30_000));
  });
}
