/** An official SDK that tries again gets over a fault that passes: two attempts fail, and the third gives the right answer. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Simulator, startSimulator } from '../../src/index.js';
import { MODELS, matrixSdks, observe } from './fault-matrix/clients.js';
import { type MatrixSdk, type Mode, SAID } from './fault-matrix/contract.js';

const MODES: readonly Mode[] = ['whole', 'stream'];
const PATIENCE_MS = 60_000;
const FINISHES = { openai: 'stop', anthropic: 'end_turn', gemini: 'STOP' };

/** Each for the first two of equal requests, which is what a client that repeats its request sends. */
const FAULTS = [
  { kind: 'rate_limit', retry_after_secs: 1 },
  { kind: 'server_error', status: 503 },
  { kind: 'overloaded' },
  { kind: 'timeout', hold_ms: 20 },
  { kind: 'reset_before' },
] as const;

/** node:fetch's own error is none that p-retry, by which Google's SDK tries again, takes for one of the network. */
const givesUp = ({ name }: MatrixSdk, kind: string): boolean => name === 'gemini' && kind === 'reset_before';

for (const fault of FAULTS) {
  describe(`${fault.kind}, twice`, { concurrency: 12 }, () => {
    let simulator: Simulator;
    before(async () => {
      simulator = await startSimulator({
        config: {
          server: { transport: 'node' },
          simulation: { time_scale: 0.01 },
          providers: Object.fromEntries(Object.values(MODELS).map((model) => [model, {}])),
          replies: { rules: [{ reply: { text: SAID } }] },
          faults: { rules: [{ name: 'twice', fault, pattern: { kind: 'first', count: 2 } }] },
        },
      });
    });
    after(() => simulator.stop());

    for (const sdk of matrixSdks) {
      for (const mode of MODES) {
        const ends = givesUp(sdk, fault.kind) ? 'gives up' : 'gets over it';
        test(`${sdk.label} ${ends}, ${mode}`, async () => {
          // What is asked tells the cells' requests apart: equal ones count together, streamed or not.
          const prompt = `Count to sixteen for ${sdk.label}, ${mode}.`;
          const question = { url: simulator.url, mode, prompt, headers: {}, timeoutMs: PATIENCE_MS, retries: true };
          const { attemptsMs, error, finish, text } = await observe(sdk, question);
          if (givesUp(sdk, fault.kind)) {
            assert.match(String(error), /TypeError: fetch failed/);
            assert.equal(attemptsMs.length, 1);
          } else {
            assert.equal(error, undefined);
            assert.deepEqual([text, finish, attemptsMs.length], [SAID, FINISHES[sdk.name], 3]);
          }
        });
      }
    }
  });
}
