/** What the serving engine promises, case by case: its queue, its cache, its replicas, its time. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ServingEngine } from '../../../src/engine/batching/serving-engine.js';
import { stepMs, unloadedStepUs, unloadedTtftUs } from '../../../src/engine/batching/step-time.js';
import { closeTo, request, runScript, simpleParameters } from './engine-script.js';

describe('the queue', () => {
  it('is full at max_queued, and has room again when requests are admitted or leave', () => {
    const engine = new ServingEngine({ ...simpleParameters, maxBatchSize: 1, maxQueued: 2 }, 1);
    assert.ok(engine.enter(request(1, { outputTokens: 100 })));
    engine.advance(0);
    assert.ok(engine.enter(request(2)));
    assert.ok(engine.enter(request(3)));
    assert.ok(!engine.enter(request(4)));
    engine.leave(2, 0);
    assert.ok(engine.enter(request(5)));
    assert.ok(!engine.enter(request(6)));
    const { waiting, running, rejected, left } = engine.stats();
    assert.deepEqual({ waiting, running, rejected, left }, { waiting: 2, running: 1, rejected: 2, left: 1 });
  });

  it('takes no second request with the id of a living one', () => {
    const engine = new ServingEngine(simpleParameters, 1);
    engine.enter(request(1));
    assert.throws(() => engine.enter(request(1)), RangeError);
  });

  it('holds no memory of those that came and left while the batch was full', () => {
    const engine = new ServingEngine({ ...simpleParameters, maxBatchSize: 1, maxQueued: 10 }, 1);
    engine.enter(request(0, { outputTokens: 1_000_000 }));
    engine.advance(0);
    const before = process.memoryUsage().heapUsed;
    for (let id = 1; id < 1_000_000; id++) {
      assert.ok(engine.enter(request(id)));
      engine.leave(id, 0);
    }
    assert.equal(engine.stats().waiting, 0);
    const grownMegabytes = (process.memoryUsage().heapUsed - before) / 2 ** 20;
    assert.ok(grownMegabytes < 64, `${grownMegabytes} MiB for a million requests that are gone`);
  });
});

describe('a request that leaves', () => {
  it('is served by the step that runs and by none after it, and its blocks are free from then on', () => {
    const engine = new ServingEngine(simpleParameters, 1);
    engine.enter(request(1, { outputTokens: 100 }));
    const [first] = engine.advance(0);
    assert.deepEqual(first?.served, [1]);
    engine.leave(1, first.endUs - 1);
    assert.ok(engine.stats().kvBlocksUsed > 0);
    assert.deepEqual(engine.advance(first.endUs), []);
    assert.equal(engine.stats().kvBlocksUsed, 0);
    assert.equal(engine.nextUs(), Number.POSITIVE_INFINITY);
  });

  it('may be unknown, or finished long ago', () => {
    const { engine } = runScript(simpleParameters, [request(1)]);
    engine.leave(1, 1e9);
    engine.leave(2, 1e9);
    assert.equal(engine.stats().left, 0);
  });
});

describe('the KV cache', () => {
  it('that is too small for all preempts the last admitted, who finishes all the same', () => {
    const parameters = { ...simpleParameters, kvBlocks: 20 };
    const script = [1, 2, 3, 4].map((id) => request(id, { promptTokens: 12, outputTokens: 40 }));
    const { engine, tokensUs } = runScript(parameters, script);
    const stats = engine.stats();
    assert.ok(stats.preemptions > 0);
    assert.ok(stats.prefillTokens > 4 * 12, 'what was preempted is computed anew');
    for (const { id } of script) assert.equal(tokensUs.get(id)?.length, 40);
    const lasts = script.map(({ id }) => tokensUs.get(id)!.at(-1)!);
    assert.equal(Math.min(...lasts), lasts[0], 'the first admitted is never held up');
  });

  it('has whoever was preempted come before those that wait', () => {
    const parameters = { ...simpleParameters, kvBlocks: 12 };
    const script = [1, 2, 3, 4, 5].map((id) => request(id, { promptTokens: 12, outputTokens: 20 }));
    const { engine, steps } = runScript(parameters, script);
    assert.ok(engine.stats().preemptions > 0);
    const order = [...new Set(steps.flatMap(({ served }) => served))];
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
    const lastOf = (id: number) => steps.findLastIndex(({ served }) => served.includes(id));
    const lasts = [1, 2, 3, 4, 5].map(lastOf);
    assert.deepEqual(
      lasts,
      lasts.toSorted((left, right) => left - right),
    );
  });

  it('shares the blocks of a prompt between the choices of a request', () => {
    const used = (sequences: number) => {
      const engine = new ServingEngine(simpleParameters, 1);
      engine.enter(request(1, { promptTokens: 16, sequences, outputTokens: 10 }));
      const [prefill] = engine.advance(0);
      engine.advance(prefill!.endUs);
      return engine.stats().kvBlocksUsed;
    };
    assert.equal(used(1), 5);
    assert.equal(used(4), 4 + 4);
  });

  it('serves a request that is larger than itself, alone, and then the others', () => {
    for (const chunkedPrefill of [true, false]) {
      const parameters = { ...simpleParameters, chunkedPrefill, kvBlocks: 4 };
      const script = [request(1, { promptTokens: 500, outputTokens: 30 }), request(2), request(3)];
      const { tokensUs, engine } = runScript(parameters, script);
      assert.deepEqual(
        [1, 2, 3].map((id) => tokensUs.get(id)?.length),
        [30, 5, 5],
      );
      assert.ok(engine.stats().kvBlocksUsed === 0);
    }
  });

  it('needs no prefill for cached tokens, but for the last of a prompt', () => {
    const prefilled = (cachedTokens: number) =>
      runScript(simpleParameters, [request(1, { promptTokens: 40, cachedTokens })]).engine.stats().prefillTokens;
    assert.deepEqual([0, 32, 40, 1_000].map(prefilled), [40, 8, 1, 1]);
  });
});

describe('without chunked prefill', () => {
  const parameters = { ...simpleParameters, chunkedPrefill: false };

  it('decoding waits while prompts are computed, each whole', () => {
    const script = [
      request(1, { outputTokens: 10 }),
      request(2, { arrivalUs: 4_000, promptTokens: 60 }),
      request(3, { arrivalUs: 4_000, promptTokens: 60 }),
    ];
    const { steps } = runScript(parameters, script);
    assert.deepEqual(
      steps.slice(0, 5).map(({ served }) => served),
      [[1], [1], [2], [3], [1, 2, 3]],
    );
  });

  it('a prompt longer than max_batched_tokens has a step of its own', () => {
    const { steps } = runScript(parameters, [request(1, { promptTokens: 500, outputTokens: 1 })]);
    assert.deepEqual(
      steps.map(({ served }) => served),
      [[1]],
    );
  });
});

describe('replicas', () => {
  it('share requests by their load', () => {
    const script = Array.from({ length: 12 }, (_, id) => request(id, { arrivalUs: id, outputTokens: 50 }));
    const { steps } = runScript({ ...simpleParameters, replicas: 3 }, script);
    const byReplica = [0, 1, 2].map(
      (replica) => new Set(steps.filter((step) => step.replica === replica).flatMap(({ served }) => served)).size,
    );
    assert.deepEqual(byReplica, [4, 4, 4]);
  });
});

describe('time', () => {
  it('is multiplied by the scale', () => {
    const ends = (timeScale: number) => {
      const engine = new ServingEngine(simpleParameters, timeScale);
      engine.enter(request(1));
      const tokens: number[] = [];
      for (let next = engine.nextUs(); next < Number.POSITIVE_INFINITY; next = engine.nextUs()) {
        for (const { endUs } of engine.advance(next)) tokens.push(endUs);
      }
      return tokens;
    };
    for (const [index, endUs] of ends(0.25).entries()) closeTo(endUs, ends(1)[index]! / 4);
    assert.deepEqual(ends(0), [0, 0, 0, 0, 0]);
  });

  it('does not drift: a thousand steps end where the sum of their times says', () => {
    const outputTokens = 1_000;
    const { tokensUs } = runScript(simpleParameters, [request(1, { promptTokens: 1, outputTokens })], () => true);
    let expectedUs = unloadedTtftUs(simpleParameters, 1, 1, 0);
    for (let token = 1; token < outputTokens; token++) expectedUs += unloadedStepUs(simpleParameters, 1, token + 1, 1);
    closeTo(tokensUs.get(1)!.at(-1)!, expectedUs);
  });

  it('follows the documented equation', () => {
    const { stepTime } = simpleParameters;
    const load = { tokens: 3, sequences: 2, contextTokens: 500, attentionPairs: 10_000 };
    closeTo(stepMs(stepTime, load), 1 + 2 + 0.02 + 0.5 + 1);
    closeTo(stepMs(stepTime, { ...load, tokens: 100 }), 1 + 10 + 0.02 + 0.5 + 1);
  });

  it('stands still for a caller that sleeps, who then gets no more than 10,000 steps at once, and all of them in the end', () => {
    const engine = new ServingEngine(simpleParameters, 1);
    engine.enter(request(1, { outputTokens: 25_000 }));
    const lateUs = 1e9;
    engine.enter(request(2, { arrivalUs: lateUs }));
    const sizes: number[] = [];
    const firstServed = new Map<number, number>();
    while (engine.nextUs() <= lateUs) {
      const steps = engine.advance(lateUs);
      sizes.push(steps.length);
      for (const { startUs, served } of steps) {
        for (const id of served) if (!firstServed.has(id)) firstServed.set(id, startUs);
      }
    }
    assert.ok(Math.max(...sizes) <= 10_000);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      25_000 + 1,
    );
    assert.equal(firstServed.get(2), lateUs);
  });

  it('begins at the arrival when the replica was idle, also when the arrival is told late', () => {
    const engine = new ServingEngine(simpleParameters, 1);
    engine.advance(5_000);
    engine.enter(request(1, { arrivalUs: 4_000 }));
    assert.equal(engine.advance(5_000)[0]?.startUs, 4_000);
  });
});
