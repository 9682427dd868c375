/** The agenda wakes nobody early, everybody in order, and leaves the event loop its turns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicClock } from '../../../src/kernel/clock.js';
import { Agenda } from '../../../src/load/generator/agenda.js';

const now = (): number => monotonicClock.nowUs();

test('wakes at the moment or behind it, whatever the order of asking', async () => {
  const agenda = new Agenda(now);
  const startUs = now();
  const delays = [30_000, 5_300, 0, 12_700, 12_700, 1_100, 600, 22_222, -5];
  const woken: number[] = [];
  const lateUs = await Promise.all(
    delays.map(async (delayUs) => {
      assert.equal(await agenda.at(startUs + delayUs), true);
      woken.push(delayUs);
      return now() - startUs - delayUs;
    }),
  );
  assert.deepEqual(
    woken,
    delays.toSorted((one, other) => one - other),
  );
  for (const late of lateUs) assert.ok(late >= 0, `woken ${late} us late`);
  agenda.close();
});

test('a moment that is asked for later and lies earlier is not missed', async () => {
  const agenda = new Agenda(now);
  const startUs = now();
  const order: string[] = [];
  const far = agenda.at(startUs + 60_000).then(() => order.push('far'));
  await agenda.at(startUs + 5_000).then(() => order.push('near'));
  await agenda.at(startUs + 10_000).then(() => order.push('next'));
  await far;
  assert.deepEqual(order, ['near', 'next', 'far']);
  agenda.close();
});

test('a long row of moments that have passed leaves other work its turns', async () => {
  const agenda = new Agenda(now);
  const passedUs = now() - 1_000;
  let woken = 0;
  const all = Promise.all(Array.from({ length: 1_000 }, () => agenda.at(passedUs).then(() => woken++)));
  const seen = await new Promise<number>((resolve) => setImmediate(() => setImmediate(() => resolve(woken))));
  assert.ok(seen > 0 && seen < 1_000, `${seen} had been woken two turns later`);
  await all;
  agenda.close();
});

test('what waits at its close is told so, and so is what comes later', async () => {
  const agenda = new Agenda(now);
  const waiting = [agenda.at(now() + 1e9), agenda.at(now() + 2e9)];
  agenda.close();
  assert.deepEqual(await Promise.all(waiting), [false, false]);
  assert.equal(await agenda.at(0), false);
});
