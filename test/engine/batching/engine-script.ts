/**
 * A script of requests that come and go at given times, run against a serving engine in virtual time, and what every request got of it.
 * The steps themselves are checked on the way: they follow one another, serve each request once, and fit into the cache.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BatchingParameters } from '../../../src/config/batching-parameters.js';
import type { BatchedRequest, BatchStep } from '../../../src/engine/batching/contract.js';
import { ServingEngine } from '../../../src/engine/batching/serving-engine.js';

/** Bounded memory per test run: no script is long enough to come near. */
const CALLS_MAX = 200_000;

export interface ScriptedRequest extends BatchedRequest {
  /** When the client goes away, if it does not wait for the end. */
  readonly leavesAtUs?: number | undefined;
}

export interface ScriptResult {
  /** Ends of the steps that served a request, by id. */
  readonly tokensUs: Map<number, number[]>;
  readonly rejected: Set<number>;
  readonly steps: readonly BatchStep[];
  readonly engine: ServingEngine;
}

export const simpleParameters: BatchingParameters = {
  replicas: 1,
  maxBatchSize: 8,
  maxBatchedTokens: 64,
  chunkedPrefill: true,
  maxQueued: 1_000,
  requestMs: 0,
  kvBlocks: 1_000,
  blockTokens: 4,
  stepTime: {
    baseMs: 1,
    weightsMs: 2,
    perTokenMs: 0.1,
    perSequenceMs: 0.01,
    perContextTokenUs: 1,
    perAttentionPairNs: 100,
  },
};

export function request(id: number, more: Partial<ScriptedRequest> = {}): ScriptedRequest {
  return { id, arrivalUs: 0, promptTokens: 10, cachedTokens: 0, outputTokens: 5, sequences: 1, ...more };
}

const stepTime = fc.record({
  baseMs: fc.integer({ min: 1, max: 5 }),
  weightsMs: fc.integer({ min: 0, max: 5 }),
  perTokenMs: fc.constantFrom(0, 0.05, 0.5),
  perSequenceMs: fc.constantFrom(0, 0.1),
  perContextTokenUs: fc.constantFrom(0, 3),
  perAttentionPairNs: fc.constantFrom(0, 1_000),
});

export const anyParameters: fc.Arbitrary<BatchingParameters> = fc
  .record({
    replicas: fc.integer({ min: 1, max: 3 }),
    maxBatchSize: fc.integer({ min: 1, max: 8 }),
    moreTokens: fc.integer({ min: 0, max: 60 }),
    chunkedPrefill: fc.boolean(),
    maxQueued: fc.integer({ min: 1, max: 20 }),
    requestMs: fc.constantFrom(0, 3),
    kvBlocks: fc.integer({ min: 1, max: 40 }),
    blockTokens: fc.integer({ min: 1, max: 8 }),
    stepTime,
  })
  .map(({ moreTokens, ...rest }) => ({ ...rest, maxBatchedTokens: rest.maxBatchSize + moreTokens }));

/** Up to 40 requests in the order of their arrival; some leave. */
export const anyScript: fc.Arbitrary<ScriptedRequest[]> = fc
  .array(
    fc.record({
      gapUs: fc.integer({ min: 0, max: 20_000 }),
      promptTokens: fc.integer({ min: 1, max: 60 }),
      cachedTokens: fc.integer({ min: 0, max: 80 }),
      outputTokens: fc.integer({ min: 1, max: 20 }),
      sequences: fc.constantFrom(1, 1, 1, 2, 4, 12),
      staysUs: fc.option(fc.integer({ min: 0, max: 100_000 }), { freq: 3 }),
    }),
    { maxLength: 40 },
  )
  .map((items) => {
    let arrivalUs = 0;
    return items.map(({ gapUs, staysUs, ...rest }, id) => {
      arrivalUs += gapUs;
      return { ...rest, id, arrivalUs, leavesAtUs: staysUs === null ? undefined : arrivalUs + staysUs };
    });
  });

interface Event {
  readonly atUs: number;
  readonly act: () => void;
}

class CheckedRun {
  readonly tokensUs = new Map<number, number[]>();
  readonly rejected = new Set<number>();
  readonly steps: BatchStep[] = [];
  readonly engine: ServingEngine;
  readonly #parameters: BatchingParameters;
  readonly #arrivals = new Map<number, number>();
  readonly #lastEndUs = new Map<number, number>();
  #entered = 0;

  constructor(parameters: BatchingParameters) {
    this.#parameters = parameters;
    this.engine = new ServingEngine(parameters, 1);
  }

  eventsOf(script: readonly ScriptedRequest[]): Event[] {
    const events = script.flatMap(({ leavesAtUs, ...entering }): Event[] => {
      const enter = { atUs: entering.arrivalUs, act: () => this.#enter(entering) };
      if (leavesAtUs === undefined) return [enter];
      return [enter, { atUs: leavesAtUs, act: () => this.engine.leave(entering.id, leavesAtUs) }];
    });
    return events.sort((left, right) => left.atUs - right.atUs);
  }

  #enter(entering: BatchedRequest): void {
    this.#entered++;
    this.#arrivals.set(entering.id, entering.arrivalUs);
    if (!this.engine.enter(entering)) this.rejected.add(entering.id);
  }

  advance(nowUs: number): void {
    for (const step of this.engine.advance(nowUs)) this.#check(step);
    const stats = this.engine.stats();
    assert.ok(stats.kvBlocksUsed >= 0 && stats.kvBlocksUsed <= stats.kvBlocks, 'blocks stay within the cache');
    assert.ok(stats.running <= this.#parameters.replicas * this.#parameters.maxBatchSize, 'the batch has its size');
    assert.equal(
      stats.finished + stats.left + stats.rejected + this.#alive(stats),
      this.#entered,
      'every request is somewhere',
    );
  }

  /** A request counts as finished when the step begins that gives its last token, in which it is still running, and so does one that left. */
  #alive(stats: { running: number; waiting: number; finished: number; left: number; rejected: number }): number {
    const open = this.#entered - stats.finished - stats.left - stats.rejected;
    assert.ok(open <= stats.running + stats.waiting, 'whoever has neither finished nor left is running or waits');
    return open;
  }

  #check(step: BatchStep): void {
    assert.ok(step.endUs > step.startUs, 'a step takes time');
    assert.ok(step.startUs >= (this.#lastEndUs.get(step.replica) ?? 0), 'steps of a replica do not overlap');
    this.#lastEndUs.set(step.replica, step.endUs);
    assert.equal(new Set(step.served).size, step.served.length, 'a step serves nobody twice');
    for (const id of step.served) {
      const queuedUs = this.#arrivals.get(id)! + this.#parameters.requestMs * 1e3;
      assert.ok(step.startUs >= queuedUs, 'nobody is served before it arrives');
      const tokens = this.tokensUs.get(id) ?? [];
      tokens.push(step.endUs);
      this.tokensUs.set(id, tokens);
    }
    this.steps.push(step);
  }
}

/**
 * Runs the script to its end. `lazily` decides, for each time at which a step could begin before the next event, whether advance is called:
 * the engine has to give the same either way.
 */
export function runScript(
  parameters: BatchingParameters,
  script: readonly ScriptedRequest[],
  lazily: () => boolean = () => false,
): ScriptResult {
  const run = new CheckedRun(parameters);
  let calls = 0;
  const advanceBefore = (us: number) => {
    for (let next = run.engine.nextUs(); next < us; next = run.engine.nextUs()) {
      assert.ok(++calls < CALLS_MAX, 'the engine comes to rest');
      if (us !== Number.POSITIVE_INFINITY && lazily()) return;
      run.advance(next);
    }
  };
  for (const { atUs, act } of run.eventsOf(script)) {
    advanceBefore(atUs);
    act();
  }
  advanceBefore(Number.POSITIVE_INFINITY);
  return run;
}

/** Equal but for rounding. */
export function closeTo(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, expected ${expected}`);
}
