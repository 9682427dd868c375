/** Promises of the node's desk of scenarios: its times are the node's, it spreads what it changes, and a reload takes away only what is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../../src/config/loader.js';
import { createSnapshot } from '../../../src/config/snapshot.js';
import { AdminError } from '../../../src/server/control/operation.js';
import { initialSteering, ScenarioDesk } from '../../../src/server/control/scenario-desk.js';
import { SteeringDesk } from '../../../src/server/control/steering-desk.js';
import { createLogSink } from '../../../src/telemetry/logging.js';

const snapshotOf = (object: object) => createSnapshot(loadConfiguration({ object, environment: {} }), 1, 0);
const { logger } = await createLogSink({ level: 'silent', format: 'json' });
const WALL_MS = Date.parse('2025-11-26T10:00:00Z');

function deskOf(object: object) {
  let nowUs = 5e6;
  let snapshot = snapshotOf(object);
  const spread: (string | undefined)[] = [];
  const steering = new SteeringDesk({
    spread: async (text) => {
      spread.push(text);
    },
    nowUs: () => nowUs,
    wallMs: () => WALL_MS + nowUs / 1_000,
    logger,
    initial: initialSteering(snapshot),
  });
  const scenarios = new ScenarioDesk({ steering, snapshot: () => snapshot, logger });
  return {
    steering,
    scenarios,
    spread,
    /** Another configuration holds from now on. */
    reload: (next: object) => {
      snapshot = snapshotOf(next);
      scenarios.reconfigure(snapshot);
    },
    goTo: (us: number) => {
      nowUs = us;
    },
  };
}

const slow = {
  scenarios: { slow: { parameters: { factor: { default: 2 } }, steps: [{ latency_factor: `\${factor}` }] } },
};

test('what the configuration activates begins with the node, and is not spread', () => {
  const active_scenarios = [{ name: 'slow', duration_secs: 10 }, { name: 'brownout' }];
  const { scenarios, spread, steering, goTo } = deskOf({ ...slow, simulation: { active_scenarios } });
  assert.deepEqual(scenarios.activeNames, ['slow', 'brownout']);
  assert.deepEqual(
    steering.current.scenarios.map(({ fromUs, untilUs }) => [fromUs, untilUs]),
    [
      [0, 10e6],
      [0, 600e6],
    ],
  );
  assert.equal(scenarios.status('slow').active?.started_at, '2025-11-26T10:00:00.000Z');
  assert.deepEqual(spread, []);
  goTo(10e6);
  assert.deepEqual(scenarios.activeNames, ['brownout']);
  steering.close();
});

test('activating again starts anew, behind those that were activated meanwhile', async () => {
  const { scenarios, steering, spread, goTo } = deskOf(slow);
  await scenarios.activate('slow', { duration_seconds: 60 });
  await scenarios.activate('brownout', {});
  goTo(20e6);
  const { expires_at: expiresAt, started_at: startedAt } = await scenarios.activate('slow', {
    duration_seconds: 30.5,
    parameters: { factor: 9 },
  });
  assert.deepEqual([startedAt, expiresAt], ['2025-11-26T10:00:20.000Z', '2025-11-26T10:00:50.500Z']);
  assert.deepEqual(scenarios.activeNames, ['brownout', 'slow']);
  assert.equal(spread.length, 3);
  assert.deepEqual(JSON.parse(spread[2] ?? '').scenarios, steering.current.scenarios);
  await scenarios.deactivate('brownout');
  await scenarios.deactivate('slow');
  assert.equal(spread[4], undefined);
  steering.close();
});

test('a reload ends what is gone, keeps the rest, and gives parameters that do not fit any more their defaults', async () => {
  const { scenarios, spread, steering, reload } = deskOf({
    scenarios: { ...slow.scenarios, gone: { steps: [{ itl_factor: 2 }] } },
  });
  await scenarios.activate('gone', {});
  await scenarios.activate('slow', { parameters: { factor: 9 } });
  const narrower = { default: 3, maximum: 5 };
  reload({ scenarios: { slow: { ...slow.scenarios.slow, parameters: { factor: narrower } } } });
  assert.deepEqual(scenarios.activeNames, ['slow']);
  assert.equal(spread.length, 3);
  assert.deepEqual(scenarios.status('slow').active?.effects, { latency_factor: 3 });
  assert.throws(() => scenarios.status('gone'), AdminError);
  reload(slow);
  assert.deepEqual(scenarios.status('slow').active?.effects, { latency_factor: 9 });
  steering.close();
});

test('as many as can be may be active, and what is over makes room', async () => {
  const names = Array.from({ length: 17 }, (_, index) => `s${index}`);
  const scenario = { duration_secs: 10, steps: [{ itl_factor: 2 }] };
  const { scenarios, steering, goTo } = deskOf({
    scenarios: Object.fromEntries(names.map((name) => [name, scenario])),
  });
  for (const name of names.slice(0, 16)) await scenarios.activate(name, {});
  await scenarios.activate('s3', {});
  await assert.rejects(scenarios.activate('s16', {}), ({ code, status }: AdminError) => {
    return code === 'too_many_active' && status === 409;
  });
  goTo(15e6);
  await scenarios.activate('s16', {});
  assert.deepEqual(scenarios.activeNames, ['s16']);
  steering.close();
});

test('a parameter that a fault cannot take is refused', async () => {
  const { scenarios, steering } = deskOf({});
  const given = { parameters: { retry_after_secs: 1.5 } };
  await assert.rejects(scenarios.activate('rate_limit_storm', given), /retry_after_secs: must be an integer/);
  steering.close();
});

test('what a process does not take in is in effect, and says so', async () => {
  const snapshot = snapshotOf(slow);
  const steering = new SteeringDesk({
    spread: () => Promise.reject(new Error('1 of 2 acceptors did not answer in time')),
    nowUs: () => 0,
    wallMs: () => WALL_MS,
    logger,
    initial: initialSteering(snapshot),
  });
  const scenarios = new ScenarioDesk({ steering, snapshot: () => snapshot, logger });
  await assert.rejects(scenarios.activate('slow', {}), ({ code, message, status }: AdminError) => {
    assert.match(message, /1 of 2 acceptors/);
    return code === 'not_acknowledged' && status === 503;
  });
  assert.deepEqual(scenarios.activeNames, ['slow']);
  steering.close();
});
