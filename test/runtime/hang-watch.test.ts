import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HangWatch, WATCH_INTERVAL_MS } from '../../src/runtime/hang-watch.js';

const SECOND_US = 1e6;
const LIMIT_US = 5 * SECOND_US;

function laneOf(name: string, fields: { isServing?: boolean; outstanding?: number } = {}) {
  return { name, isServing: true, outstanding: 1, progressUs: 0, ...fields };
}

/** Checks every interval from one second to another; what each check found. */
function checkFrom(watch: HangWatch, lanes: readonly ReturnType<typeof laneOf>[], fromSecs: number, toSecs: number) {
  const found: [secs: number, names: readonly string[]][] = [];
  for (let secs = fromSecs; secs <= toSecs; secs += WATCH_INTERVAL_MS / 1_000) {
    const hung = watch.check(lanes, secs * SECOND_US).map(({ name }) => name);
    if (hung.length > 0) found.push([secs, hung]);
  }
  return found;
}

test('a thread with work that answers nothing for longer than the limit hangs; one without work, or that starts, does not', () => {
  const lanes = [laneOf('hangs'), laneOf('idles', { outstanding: 0 }), laneOf('starts', { isServing: false })];
  assert.deepEqual(checkFrom(new HangWatch(LIMIT_US, 0), lanes, 1, 6), [[6, ['hangs']]]);
});

test('a pause of the watch itself counts for no thread', () => {
  const watch = new HangWatch(LIMIT_US, 0);
  const lanes = [laneOf('hangs')];
  assert.deepEqual(checkFrom(watch, lanes, 1, 3), []);
  // Frozen with the thread for a minute: four seconds without an answer are what is known of.
  assert.deepEqual(checkFrom(watch, lanes, 63, 65), [[65, ['hangs']]]);
});

test('a thread that answered after the pause has its whole time again', () => {
  const watch = new HangWatch(LIMIT_US, 0);
  const lane = laneOf('lives');
  lane.progressUs = 62 * SECOND_US;
  assert.deepEqual(checkFrom(watch, [lane], 63, 67), []);
  assert.ok(lane.progressUs <= 63 * SECOND_US, 'no time is given in advance');
});
