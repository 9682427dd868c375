/** The engines of a node in real time, with acceptors that only listen. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { BatchingParameters } from '../../src/config/batching-parameters.js';
import { ServingEngine } from '../../src/engine/batching/serving-engine.js';
import { unloadedTtftUs } from '../../src/engine/batching/step-time.js';
import { monotonicClock } from '../../src/kernel/clock.js';
import { type BatchEntry, batchId, slotOfBatchId } from '../../src/server/batching/serving.js';
import { type BatchedModel, type EngineConnection, ServingEngines } from '../../src/server/batching/serving-engines.js';
import { eventually } from '../process/program.js';

/** Steps of 2 ms whatever is in them, so that times can be worked out by hand. */
const parameters: BatchingParameters = {
  replicas: 1,
  maxBatchSize: 4,
  maxBatchedTokens: 64,
  chunkedPrefill: true,
  maxQueued: 2,
  requestMs: 0,
  kvBlocks: 1_000_000,
  blockTokens: 16,
  stepTime: {
    baseMs: 2,
    weightsMs: 0,
    perTokenMs: 0,
    perSequenceMs: 0,
    perContextTokenUs: 0,
    perAttentionPairNs: 0,
  },
};
const STEP_US = 2_000;

const open: ServingEngines[] = [];
after(() => {
  for (const engines of open) engines.close();
});

function engineOf(of: BatchingParameters): BatchedModel['engine'] {
  return { key: JSON.stringify(of), create: () => new ServingEngine(of, 1) };
}

function createEngines(...indexes: number[]): ServingEngines {
  const models = indexes.map((index): BatchedModel => ({ index, name: `m${index}`, engine: engineOf(parameters) }));
  const engines = new ServingEngines(models, monotonicClock);
  open.push(engines);
  return engines;
}

/** What an acceptor heard: answers and the ends of the steps that served each id. */
class Ear {
  readonly answers = new Map<number, boolean>();
  readonly endsUs = new Map<number, number[]>();
  readonly connection: EngineConnection;

  constructor(engines: ServingEngines, place: number) {
    this.connection = engines.connect(place, {
      onAnswer: (id, admitted) => {
        assert.ok(!this.answers.has(id), 'one answer each');
        this.answers.set(id, admitted);
        this.endsUs.set(id, []);
      },
      onSteps: ({ counts, endsUs, ids }) => {
        assert.equal(counts.length, endsUs.length);
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          ids.length,
        );
        let at = 0;
        endsUs.forEach((endUs, step) => {
          for (const id of ids.subarray(at, at + counts[step])) {
            assert.equal(this.answers.get(id), true, 'admitted before it is served');
            this.endsUs.get(id)?.push(endUs);
          }
          at += counts[step];
        });
      },
    });
  }

  enter(id: number, more: Partial<BatchEntry> = {}): void {
    this.connection.enter({
      id,
      model: 0,
      arrivalUs: monotonicClock.nowUs(),
      promptTokens: 10,
      cachedTokens: 0,
      steps: 5,
      sequences: 1,
      ...more,
    });
  }

  async served(id: number, steps: number): Promise<readonly number[]> {
    return eventually(
      () => {
        const endsUs = this.endsUs.get(id) ?? [];
        return endsUs.length >= steps ? endsUs : undefined;
      },
      () => `${id} was not served`,
    );
  }
}

describe('the numbers of requests', () => {
  test('tell slots and generations apart, to the last of both', () => {
    const ids = [0, 1, 2 ** 20 - 1].flatMap((slot) =>
      [0, 1, 2 ** 24 - 1].map((generation) => {
        const id = batchId(slot, generation);
        assert.equal(slotOfBatchId(id), slot);
        return id;
      }),
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(slotOfBatchId(batchId(5, 2 ** 32 - 1)), 5);
  });
});

describe('the engines of a node', () => {
  test('serve a request in steps that follow one another from its arrival, whenever their timer comes', async () => {
    const ear = new Ear(createEngines(0), 0);
    const arrivalUs = monotonicClock.nowUs() - 50_000;
    ear.enter(3, { arrivalUs });
    const endsUs = await ear.served(3, 5);
    assert.equal(unloadedTtftUs(parameters, 1, 10, 0), STEP_US);
    const offUs = endsUs.map((endUs, step) => Math.abs(endUs - (arrivalUs + (step + 1) * STEP_US)));
    assert.ok(Math.max(...offUs) < 0.01, `${endsUs} from ${arrivalUs}`);
  });

  test('give what two acceptors asked for in the same steps', async () => {
    const engines = createEngines(0);
    const [one, other] = [new Ear(engines, 0), new Ear(engines, 255)];
    const arrivalUs = monotonicClock.nowUs();
    one.enter(batchId(2 ** 20 - 1, 2 ** 24 - 1), { arrivalUs, steps: 8 });
    other.enter(batchId(2 ** 20 - 1, 2 ** 24 - 1), { arrivalUs, steps: 8 });
    const id = batchId(2 ** 20 - 1, 2 ** 24 - 1);
    assert.deepEqual(await one.served(id, 8), await other.served(id, 8));
    const [stats] = engines.stats();
    assert.deepEqual([stats.model, stats.finished, stats.steps, stats.outputTokens], ['m0', 2, 8, 16]);
  });

  test('turn away what finds the queue full, and take in again when somebody leaves', async () => {
    const engines = createEngines(0);
    const ear = new Ear(engines, 0);
    for (let id = 0; id < 4; id++) {
      ear.enter(id, { steps: 1_000_000 });
      await ear.served(id, 1);
    }
    for (let id = 4; id < 8; id++) ear.enter(id, { steps: 2 });
    assert.deepEqual([...ear.answers.values()], [true, true, true, true, true, true, false, false]);
    assert.deepEqual([engines.stats()[0].running, engines.stats()[0].waiting, engines.stats()[0].rejected], [4, 2, 2]);
    ear.connection.leave(1, 0);
    ear.connection.leave(1, 0);
    ear.connection.leave(7, 0);
    await Promise.all([4, 5].map((id) => ear.served(id, 2)));
    assert.equal(engines.stats()[0].left, 1);
  });

  test('lose the requests of an acceptor that is gone, and only those', async () => {
    const engines = createEngines(0, 4);
    const [gone, stays] = [new Ear(engines, 0), new Ear(engines, 1)];
    gone.enter(1, { steps: 1_000_000 });
    gone.enter(2, { steps: 1_000_000, model: 4 });
    stays.enter(1, { steps: 1_000_000 });
    await gone.served(2, 1);
    await stays.served(1, 2);
    gone.connection.close();
    await eventually(
      () => (engines.stats().every(({ running }, index) => running === 1 - index) ? true : undefined),
      () => JSON.stringify(engines.stats()),
    );
    const after = new Ear(engines, 0);
    after.enter(1, { steps: 3 });
    await after.served(1, 3);
    const soFar = stays.endsUs.get(1)!.length;
    await stays.served(1, soFar + 1);
  });

  test('have requests stay in the engine that they are in when its parameters change, and new ones enter another', async () => {
    const engines = createEngines(0);
    const ear = new Ear(engines, 0);
    ear.enter(1, { steps: 200 });
    await ear.served(1, 1);
    const slower = { ...parameters, stepTime: { ...parameters.stepTime, baseMs: 8 } };
    engines.use([{ index: 0, name: 'm0', engine: engineOf(slower) }]);
    ear.enter(2, { steps: 5 });
    const [stays, enters] = [await ear.served(1, 60), await ear.served(2, 5)];
    const gaps = (endsUs: readonly number[]) =>
      endsUs.slice(1).map((endUs, index) => Math.round(endUs - endsUs[index]));
    assert.deepEqual([...new Set(gaps(stays))], [STEP_US]);
    assert.deepEqual([...new Set(gaps(enters))], [4 * STEP_US]);
    await ear.served(1, 200);
    // Who is served the last step runs until it has ended.
    const { finished, outputTokens } = await eventually(
      () => engines.stats().find(({ running }) => running === 0),
      () => JSON.stringify(engines.stats()),
    );
    assert.deepEqual([finished, outputTokens], [2, 205], 'both engines count for their model');
  });

  test('go on where their parameters stay the same, and after their model is batched no more', async () => {
    const engines = createEngines(0);
    const ear = new Ear(engines, 0);
    ear.enter(1, { steps: 1_000_000 });
    await ear.served(1, 1);
    engines.use([{ index: 0, name: 'm0', engine: engineOf({ ...parameters }) }]);
    ear.enter(2, { steps: 5 });
    const second = await ear.served(2, 5);
    assert.ok((ear.endsUs.get(1) ?? []).includes(second[0]), 'they share their steps');
    engines.use([]);
    ear.enter(3, { steps: 2 });
    assert.equal(ear.answers.get(3), true, 'it was planned when the model was batched');
    await ear.served(3, 2);
    assert.equal(engines.stats()[0].finished, 2);
  });

  test('serve no model that is not batched', () => {
    const ear = new Ear(createEngines(0), 0);
    ear.enter(1, { model: 9 });
    assert.equal(ear.answers.get(1), false);
  });
});
