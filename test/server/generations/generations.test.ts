import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../../src/config/loader.js';
import { createSnapshot } from '../../../src/config/snapshot.js';
import { snapshotTexts } from '../../../src/config/snapshot-texts.js';
import { decodeNotice } from '../../../src/runtime/thread-notice.js';
import { GenerationDesk } from '../../../src/server/generations/generation-desk.js';
import { knownGenerations } from '../../../src/server/generations/generations.js';

const configuration = loadConfiguration({ environment: {} });
const snapshotOf = (generation: number) => createSnapshot(configuration, generation, 0);
const textsOf = (generation: number) => snapshotTexts(snapshotOf(generation));

function createDesk() {
  const generations = knownGenerations({ snapshot: snapshotOf(1) });
  const heard: string[] = [];
  const desk = new GenerationDesk({
    generations,
    pool: {
      prepare: async (generation) => {
        heard.push(`prepare ${generation}`);
      },
      notify: (parts) => {
        const notice = decodeNotice(Buffer.concat(parts));
        heard.push(notice.kind === 'forget' ? `forget ${notice.generation}` : notice.kind);
        return true;
      },
    },
    parts: [{ reconfigure: ({ generation }) => heard.push(`part ${generation}`) }],
  });
  return { generations, desk, heard };
}

describe('the generations that an acceptor knows', () => {
  test('are served by number, and by the current one where they are no longer known', async () => {
    const { desk, generations } = createDesk();
    for (let generation = 2; generation <= 5; generation++) {
      await desk.prepare(textsOf(generation));
      assert.equal(generations.current.generation, generation - 1, 'nothing has changed before the commit');
      desk.commit(generation);
      assert.equal(generations.current.generation, generation);
    }
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map((generation) => generations.of(generation).generation),
      [5, 5, 3, 4, 5, 5],
    );
    assert.deepEqual(
      generations.texts().map(({ generation }) => generation),
      [3, 4, 5],
    );
  });

  test('are given to a thread that starts while one is being prepared, and not any more when it is abandoned', async () => {
    const { desk, generations, heard } = createDesk();
    await desk.prepare(textsOf(2));
    assert.deepEqual(
      generations.texts().map(({ generation }) => generation),
      [1, 2],
    );
    desk.abandon(2);
    assert.deepEqual(
      generations.texts().map(({ generation }) => generation),
      [1],
    );
    assert.throws(() => desk.commit(2), RangeError);
    assert.deepEqual(heard, ['prepare 2', 'forget 2']);
  });

  test('have every part follow at the commit, and threads forget those that are gone', async () => {
    const { desk, heard } = createDesk();
    for (const generation of [2, 3, 4]) {
      await desk.prepare(textsOf(generation));
      desk.commit(generation);
    }
    assert.deepEqual(heard, ['prepare 2', 'part 2', 'prepare 3', 'part 3', 'prepare 4', 'part 4', 'forget 1']);
  });

  test('include the one that all others are getting ready for when the acceptor starts', () => {
    const generations = knownGenerations({ snapshot: snapshotOf(1), next: textsOf(2) });
    assert.equal(generations.current.generation, 1);
    assert.deepEqual(generations.commit(2), []);
    assert.equal(generations.current.generation, 2);
    assert.equal(generations.of(1).generation, 1);
  });
});
