/** Two nodes behind a load balancer of Debian's are restarted under load, one after the other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BalancerName, balancerVersion } from '../../bench/drain/balancer.js';
import { configurationOf, Expected } from '../../bench/drain/configuration.js';
import { runRolling } from '../../bench/drain/rolling-run.js';
import { moduleArguments, temporaryFile } from '../process/program.js';

/** Skipped where the balancer is not installed, unless LLM_SIM_TEST_BALANCERS=required has that be a failure, as in CI. */
export function testRollingRestart(balancer: BalancerName): void {
  const isMissing = balancerVersion(balancer) === undefined;
  const isRequired = process.env.LLM_SIM_TEST_BALANCERS === 'required';
  test(`no request fails behind ${balancer} while its nodes are restarted`, {
    skip: isMissing && !isRequired && `${balancer} is not installed (LLM_SIM_TEST_BALANCERS=required has that fail)`,
  }, async () => {
    assert.ok(!isMissing, `${balancer} is not installed`);
    const configuration = configurationOf({
      transport: 'auto',
      processes: 1,
      requests: 1_000,
      lameDuckSecs: 1,
      shutdownTimeoutSecs: 100,
      itlMs: 100,
    });
    const result = await runRolling({
      balancer,
      node: {
        command: moduleArguments('src/main'),
        configurationFile: temporaryFile('rolling.yaml', JSON.stringify(configuration)),
      },
      expected: await Expected.of(configuration),
      restarts: 1,
      clients: 12,
    });
    assert.deepEqual(result.defects, []);
    assert.equal(result.failed, 0);
    assert.ok(result.streams > 0 && result.replies > 0);
  });
}
