/** Faults that uWebSockets.js cannot carry out: who may not choose it, and who is not given it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';
import { type RunTimeRule, runTimeRuleFindings } from '../../src/config/run-time-rules.js';
import { obstacleToUws } from '../../src/config/transport-needs.js';
import { selectTransport } from '../../src/server/transport/select.js';

const RESET = { kind: 'disconnect', manner: 'rst' };
const CLOSE = { kind: 'disconnect', manner: 'fin' };
const ruled = (fault: unknown) => ({ faults: { rules: [{ name: 'one', fault }] } });
const staged = (fault: unknown) => ({ scenarios: { mine: { description: 'x', steps: [{ faults: [{ fault }] }] } } });

const load = (config: object) => loadConfiguration({ object: config, environment: {} });

function problemsOf(config: object): string[] {
  try {
    load(config);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure);
    return error.problems.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('a fault that resets connections', () => {
  for (const [where, config, path] of [
    ['a rule', ruled(RESET), 'faults.rules[0].fault'],
    ['a rule by its default', ruled('reset_before'), 'faults.rules[0].fault'],
    ['a stall', ruled({ kind: 'stall', ending: 'rst' }), 'faults.rules[0].fault'],
    ['a step of a scenario', staged(RESET), 'scenarios.mine.steps[0].faults[0].fault'],
  ] as const) {
    test(`is refused with uws by name, as ${where}`, () => {
      const problems = problemsOf({ ...config, server: { transport: 'uws' } });
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.ok(problems[0].startsWith(`${path} `), problems[0]);
      assert.match(problems[0], /resets the connection, which uWebSockets\.js cannot/);
      assert.deepEqual(problemsOf({ ...config, server: { transport: 'node' } }), []);
    });

    test(`has auto take node:http and say why, as ${where}`, async () => {
      const configuration = load(config);
      const obstacle = obstacleToUws(configuration);
      assert.ok(obstacle?.startsWith(`${path}: `), obstacle);
      const selected = await selectTransport('auto', obstacle);
      assert.deepEqual([selected.name, selected.reason], ['node', obstacle]);
    });
  }

  test('is the only one that is in the way', () => {
    for (const fault of [CLOSE, { kind: 'reset_before', manner: 'fin' }, 'stall', 'rate_limit', 'drip']) {
      assert.deepEqual(problemsOf({ ...ruled(fault), server: { transport: 'uws' } }), []);
      assert.equal(obstacleToUws(load(ruled(fault))), undefined);
    }
    assert.equal(obstacleToUws(load({})), undefined);
  });

  test('is not reported where the fault itself is wrong', () => {
    const problems = problemsOf({ ...ruled({ ...RESET, after_tokens: -1 }), server: { transport: 'uws' } });
    assert.equal(problems.length, 1);
    assert.match(problems[0], /after_tokens/);
  });
});

test('a rule that an operator gives is refused where the transport that runs cannot carry it out', () => {
  const configuration = load({});
  const problemsWith = (fault: unknown, transport: string | undefined) =>
    runTimeRuleFindings({ fault } as RunTimeRule, configuration, [], transport).map(({ message }) => message);
  assert.match(problemsWith(RESET, 'uws').join(), /^disconnect resets the connection.* server\.transport: node$/);
  for (const transport of ['node', undefined]) assert.deepEqual(problemsWith(RESET, transport), []);
  assert.deepEqual(problemsWith(CLOSE, 'uws'), []);
});
