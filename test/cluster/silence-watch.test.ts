import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECK_INTERVAL_MS, SilenceWatch } from '../../src/cluster/silence-watch.js';

const LIMIT_MS = 5_000;

/** Checks every interval from one moment to another; what each check found. */
function checkFrom(watch: SilenceWatch<string>, fromMs: number, toMs: number, speaking: readonly string[] = []) {
  const found: [ms: number, names: readonly string[]][] = [];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += CHECK_INTERVAL_MS) {
    for (const name of speaking) watch.heard(name, nowMs);
    const frozen = watch.check(nowMs);
    if (frozen.length > 0) found.push([nowMs, frozen]);
  }
  return found;
}

test('who says nothing for longer than the limit is frozen, once; who speaks or has left is not', () => {
  const watch = new SilenceWatch<string>(LIMIT_MS, 0);
  for (const name of ['speaks', 'freezes', 'leaves']) watch.heard(name, 0);
  watch.forget('leaves');
  assert.deepEqual(checkFrom(watch, 1_000, 20_000, ['speaks']), [[6_000, ['freezes']]]);
});

test('a pause of the watch itself counts for nobody', () => {
  const watch = new SilenceWatch<string>(LIMIT_MS, 0);
  watch.heard('freezes', 0);
  assert.deepEqual(checkFrom(watch, 1_000, 3_000), []);
  // Frozen with everybody else for a minute: four seconds of silence are what is known of.
  assert.deepEqual(checkFrom(watch, 63_000, 66_000), [[65_000, ['freezes']]]);
});

test('who is never heard of is nobody’s business', () => {
  assert.deepEqual(checkFrom(new SilenceWatch<string>(LIMIT_MS, 0), 1_000, 30_000), []);
});
