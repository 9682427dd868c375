/** The verb that lists scenarios, and the flag that starts them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseScenarioFlag } from '../../src/cli/scenario-flag.js';
import { runCommand } from '../process/program.js';

const request = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 3 });

describe('scenarios', () => {
  test('lists every one with its parameters and steps', async () => {
    const { code, stderr, stdout } = await runCommand(['scenarios']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const name of [
      'brownout',
      'cold_start',
      'degraded_service',
      'outage_and_recovery',
      'rate_limit_storm',
      'slow_region',
    ])
      assert.match(stdout, new RegExp(`^${name} {2}`, 'm'));
    assert.match(stdout, /^ {2}error_rate = 0\.25, from 0 to 1 share of requests: /m);
    assert.match(stdout, /^ {2}0 s – 120 s {2}slowing down: ttft_factor 1 → 4, itl_factor 1 → 2$/m);
  });

  test('prints one as JSON', async () => {
    const { code, stdout } = await runCommand(['scenarios', 'cold_start', '--json']);
    assert.equal(code, 0);
    const { duration_seconds: secs, name, parameters, timeline } = JSON.parse(stdout);
    assert.deepEqual([name, secs, parameters.loading_secs.default, timeline.length], ['cold_start', 120, 45, 2]);
  });

  test('suggests a name for one that there is not', async () => {
    const { code, stderr } = await runCommand(['scenarios', 'brown_out']);
    assert.equal(code, 2);
    assert.match(stderr, /no scenario "brown_out"\n {2}did you mean "brownout"\?/);
  });
});

describe('--scenario', () => {
  test('is a name, perhaps with seconds and parameters', () => {
    assert.deepEqual(parseScenarioFlag('brownout'), { name: 'brownout' });
    assert.deepEqual(parseScenarioFlag('brownout:2.5;error_rate=0.2;slowdown=1e1'), {
      name: 'brownout',
      duration_secs: 2.5,
      parameters: { error_rate: 0.2, slowdown: 10 },
    });
    for (const wrong of ['', ':3', 'a b', 'a:', 'a:x', 'a;', 'a;b', 'a;b=', 'a;=1', 'a;b=0x1', 'a:1:2']) {
      assert.throws(() => parseScenarioFlag(wrong), RangeError, wrong);
    }
  });

  test('has a plan show what is in effect at the time', async () => {
    const firstTokenMs = async (...flags: string[]) => {
      const args = ['plan', '--request-id', '1', '--json', '--no-frames', ...flags];
      const { code, stdout, stderr } = await runCommand(args, undefined, request);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout).ttft_ms as number;
    };
    const usual = await firstTokenMs();
    const slow = ['--scenario', 'brownout:100;error_rate=0;slowdown=10;token_slowdown=10'];
    const ratio = (await firstTokenMs(...slow, '--at-secs', '50')) / usual;
    assert.ok(Math.abs(ratio - 10) < 1e-3, String(ratio));
    assert.equal(await firstTokenMs(...slow), usual);
    assert.equal(await firstTokenMs(...slow, '--at-secs', '100'), usual);
  });

  test('is refused where there is no such scenario or parameter', async () => {
    const { code, stderr } = await runCommand(['plan', '--scenario', 'brownout;eror_rate=1'], undefined, request);
    assert.equal(code, 3);
    assert.match(stderr, /--scenario {2}simulation\.active_scenarios\[0\]\.parameters\.eror_rate.*error_rate/);
    assert.equal((await runCommand(['plan', '--scenario', 'brownout:soon'], undefined, request)).code, 2);
  });
});
