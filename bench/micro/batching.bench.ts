/**
 * What the simulated serving engine costs the thread that it runs on: a second of it at full batches, on one replica and on 64, and the
 * coming and going of requests. A second of simulated time that takes 10 ms is 1 % of a core in real time.
 */
import type { Bench } from 'tinybench';
import { batchingPresets } from '../../src/config/batching-presets.js';
import { ServingEngine } from '../../src/engine/batching/serving-engine.js';

const BATCH = 256;
const PROMPT_TOKENS = 500;
const SECOND_US = 1e6;
/** Longer than any run of the benchmark lasts. */
const ENDLESS = 1e12;

function engineOf(replicas: number): ServingEngine {
  // Steps that grow with the context would make each second of an endless run cheaper than the last.
  const stepTime = { ...batchingPresets['llama-3.1-8b-h100-80gb'].stepTime, perContextTokenUs: 0 };
  const sizes = { maxBatchSize: BATCH, maxBatchedTokens: 8_192, kvBlocks: ENDLESS, blockTokens: 16 };
  return new ServingEngine({ ...sizes, replicas, chunkedPrefill: true, maxQueued: 1e6, requestMs: 0, stepTime }, 1);
}

export function register(bench: Bench): void {
  for (const replicas of [1, 64]) {
    const engine = engineOf(replicas);
    let nowUs = 0;
    for (let id = 0; id < replicas * BATCH; id++) {
      engine.enter({
        id,
        arrivalUs: 0,
        promptTokens: PROMPT_TOKENS,
        cachedTokens: 0,
        outputTokens: ENDLESS,
        sequences: 1,
      });
    }
    bench.add(`batching: a second of ${replicas} × ${BATCH} sequences that decode`, () => {
      nowUs += SECOND_US;
      engine.advance(nowUs);
    });
  }

  const engine = engineOf(64);
  let nowUs = 0;
  let id = 0;
  bench.add('batching: 1,000 requests of 10 tokens come and go, 64 replicas', () => {
    for (let count = 0; count < 1_000; count++) {
      nowUs += 100;
      engine.enter({
        id: id++,
        arrivalUs: nowUs,
        promptTokens: PROMPT_TOKENS,
        cachedTokens: 0,
        outputTokens: 10,
        sequences: 1,
      });
    }
    engine.advance(nowUs);
  });
}
