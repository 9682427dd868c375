/** `load --upstream` sees what a gateway keeps from its clients, for as long as that goes on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSimulator } from '../../src/index.js';
import type { RunResult } from '../../src/load/result.js';
import { startBadGateway } from '../load/oracle/bad-gateway.js';
import { runCommand } from '../process/program.js';

const folder = mkdtempSync(join(tmpdir(), 'load-upstream-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a gateway that lets long answers run on when their clients have left is found', async () => {
  // Longer than the entries of other requests are waited for, with the look at the simulator before that.
  const latency = { ttft: { distribution: 'constant', value_ms: 9_000 } } as const;
  const simulator = await startSimulator({ config: { providers: { 'gpt-4o-mini': { latency } } } });
  const gateway = await startBadGateway(simulator.url, { ignoresLeaving: true });
  try {
    const plan = join(folder, 'plan.yaml');
    writeFileSync(
      plan,
      'closed_loop: { users: 2 }\nmax_requests: 2\nmix: { a: { output_tokens: 3, cancel: { share: 1, after: 100 } } }',
    );
    const flags = ['--url', gateway.url, '--upstream', simulator.url, '--plan', plan, '--json'];
    const { stdout, stderr } = await runCommand(['load', ...flags]);
    assert.notEqual(stdout, '', stderr);
    const { upstream }: RunResult = JSON.parse(stdout);
    const { client_left, ran_on, unseen } = upstream!.cancellations;
    assert.deepEqual([client_left, ran_on, unseen], [2, 2, 0], stderr);
    assert.ok(upstream!.findings.some(({ code }) => code === 'cancellation_ignored'));
  } finally {
    await gateway.stop();
    await simulator.stop();
  }
});
