/** What the serving engine promises, for any parameters and any requests that come and go. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { unloadedStepUs, unloadedTtftUs } from '../../../src/engine/batching/step-time.js';
import { anyParameters, anyScript, closeTo, request, runScript } from './engine-script.js';

const SEED = 4;

describe('for any parameters and requests', () => {
  it('gives every request exactly its tokens, unless it leaves or is rejected, and comes to rest empty', () => {
    fc.assert(
      fc.property(anyParameters, anyScript, (parameters, script) => {
        const { engine, tokensUs, rejected } = runScript(parameters, script);
        for (const { id, outputTokens, leavesAtUs } of script) {
          const tokens = tokensUs.get(id)?.length ?? 0;
          if (rejected.has(id)) assert.equal(tokens, 0);
          else if (leavesAtUs === undefined) assert.equal(tokens, outputTokens);
          else assert.ok(tokens <= outputTokens);
        }
        const { running, waiting, kvBlocksUsed } = engine.stats();
        assert.deepEqual({ running, waiting, kvBlocksUsed }, { running: 0, waiting: 0, kvBlocksUsed: 0 });
        assert.equal(engine.nextUs(), Number.POSITIVE_INFINITY);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('depends on the times of the requests alone, not on when advance is called', () => {
    fc.assert(
      fc.property(anyParameters, anyScript, fc.array(fc.boolean(), { minLength: 1 }), (parameters, script, pattern) => {
        let turn = 0;
        const prompt = runScript(parameters, script);
        const lazy = runScript(parameters, script, () => pattern[turn++ % pattern.length]!);
        assert.deepEqual(lazy.tokensUs, prompt.tokensUs);
        assert.deepEqual(lazy.engine.stats(), prompt.engine.stats());
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('begins a step where the last one ended for as long as there is work', () => {
    fc.assert(
      fc.property(anyParameters, anyScript, (parameters, script) => {
        const { steps } = runScript(parameters, script);
        const arrivals = new Set(script.map(({ arrivalUs }) => arrivalUs + parameters.requestMs * 1e3));
        const ends = new Map<number, number>();
        for (const { replica, startUs, endUs } of steps) {
          assert.ok(startUs === ends.get(replica) || arrivals.has(startUs), `a step began at ${startUs} for no reason`);
          ends.set(replica, endUs);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('computes no more tokens in a step than max_batched_tokens, with chunked prefill', () => {
    const onlyTokens = { baseMs: 0, weightsMs: 0, perTokenMs: 1, perSequenceMs: 0, perContextTokenUs: 0 };
    fc.assert(
      fc.property(anyParameters, anyScript, (parameters, script) => {
        const stepTime = { ...onlyTokens, perAttentionPairNs: 0 };
        const { steps } = runScript({ ...parameters, chunkedPrefill: true, stepTime }, script);
        for (const { startUs, endUs } of steps) {
          assert.ok(endUs - startUs <= parameters.maxBatchedTokens * 1_000 + 1e-3);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('with blocks for all: serves every running request in every step, and begins requests in the order of their arrival', () => {
    fc.assert(
      fc.property(anyParameters, anyScript, (parameters, script) => {
        const roomy = { ...parameters, replicas: 1, chunkedPrefill: true, kvBlocks: 100_000 };
        const staying = script.map((item) => ({ ...item, leavesAtUs: undefined }));
        const { steps, tokensUs, engine } = runScript(roomy, staying);
        assert.equal(engine.stats().preemptions, 0);
        const ends = steps.map(({ endUs }) => endUs);
        let lastFirstUs = 0;
        for (const { id } of staying) {
          const tokens = tokensUs.get(id);
          if (tokens === undefined) continue;
          const first = ends.indexOf(tokens[0]!);
          assert.deepEqual(tokens, ends.slice(first, first + tokens.length));
          assert.ok(tokens[0]! >= lastFirstUs, 'first come, first served');
          lastFirstUs = tokens[0]!;
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('gives a request that is alone the times that the equation gives', () => {
    const lone = fc.record({
      promptTokens: fc.integer({ min: 1, max: 300 }),
      cachedTokens: fc.integer({ min: 0, max: 350 }),
      sequences: fc.integer({ min: 1, max: 10 }),
    });
    fc.assert(
      fc.property(anyParameters, lone, (parameters, { promptTokens, cachedTokens, sequences }) => {
        const roomy = { ...parameters, kvBlocks: 100_000 };
        const arrivalUs = 12_345;
        const script = [request(1, { arrivalUs, promptTokens, cachedTokens, sequences, outputTokens: 3 })];
        const [first, second, third] = runScript(roomy, script).tokensUs.get(1)!;
        closeTo(first! - arrivalUs, unloadedTtftUs(roomy, 1, promptTokens, cachedTokens));
        closeTo(second! - first!, unloadedStepUs(roomy, 1, promptTokens + 1, sequences));
        closeTo(third! - second!, unloadedStepUs(roomy, 1, promptTokens + 2, sequences));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
