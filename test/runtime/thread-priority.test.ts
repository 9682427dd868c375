/** A thread that steps back does so alone: the event loop of its process keeps its priority. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nextMessage, startWorker } from './fixtures/start-worker.js';

/** Field 19 of the thread's stat, counted from behind the name in parentheses. */
function niceOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}

const skip = process.platform === 'linux' ? false : 'only Linux gives threads a priority of their own';

test('a thread lowers its own priority and no other', { skip }, async (t) => {
  const before = niceOf(readFileSync('/proc/thread-self/stat', 'utf8'));
  const worker = startWorker(t, './priority-peer.ts', undefined);
  const { lowered, stat } = (await nextMessage(worker)) as { lowered: boolean; stat: string };
  assert.equal(lowered, true);
  assert.ok(niceOf(stat) > before, `${niceOf(stat)} against ${before}`);
  assert.equal(niceOf(readFileSync('/proc/thread-self/stat', 'utf8')), before);
});
