/** What the simulator itself says to the configurations and command lines that kustomize gives to its pods. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { simulatorPod } from '../../scripts/kubernetes/simulator-pod.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { GUARD_MS, moduleArguments } from '../process/program.js';
import { render, renderings, withoutKustomize } from './kustomize-harness.js';

const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the simulator itself', { skip: withoutKustomize }, () => {
  test('takes every configuration in the environment that it gets', () => {
    for (const [name, { content, environment }] of distinctConfigurations()) {
      const path = join(folder, 'simulator.yaml');
      writeFileSync(path, content);
      const { code, output } = simulator(['validate', '--config', path], environment);
      assert.equal(code, 0, `${name}: ${output}`);
    }
  });

  test('knows every command line', () => {
    const lines = new Set(
      renderings.map((rendering) => simulatorPod(render(rendering)).container.args?.join(' ') ?? ''),
    );
    for (const line of lines) {
      const [verb, ...args] = line.split(' ');
      const { code, output } = simulator([verb!, '--help'], {});
      assert.equal(code, 0, output);
      for (const flag of args.filter((argument) => argument.startsWith('--')))
        assert.match(output, new RegExp(`(^|\\s)${flag}\\b`), `${verb} has no ${flag}`);
    }
  });
});

interface StartConfiguration {
  readonly content: string;
  readonly environment: { readonly [name: string]: string };
}

/** Each once, by the first rendering that has it. */
function distinctConfigurations(): Map<string, StartConfiguration> {
  const seen = new Set<string>();
  const distinct = new Map<string, StartConfiguration>();
  for (const rendering of renderings) {
    const { environment, file } = simulatorPod(render(rendering));
    const variables = Object.entries(environment).filter(([name]) => name.startsWith('LLM_SIM'));
    const configuration = { content: file?.content ?? '', environment: Object.fromEntries(variables) };
    const key = JSON.stringify(configuration);
    if (!seen.has(key)) distinct.set(rendering.name, configuration);
    seen.add(key);
  }
  return distinct;
}

function simulator(
  args: readonly string[],
  environment: { readonly [name: string]: string },
): { code: number | null; output: string } {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('LLM_SIM__'));
  const { status, stderr, stdout } = spawnSync(process.execPath, [...moduleArguments('src/main'), ...args], {
    cwd: packageRoot,
    env: { ...Object.fromEntries(own), ...environment },
    encoding: 'utf8',
    timeout: GUARD_MS,
  });
  return { code: status, output: `${stdout}${stderr}` };
}
