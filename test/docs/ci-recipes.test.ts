/** The files of the page on CI belong together: what one calls and keeps, the others have. The script itself is run with the page's commands. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
import { planSchema } from '../../src/load/plan/schema.js';
import { readPage } from './markdown-page.js';

const files = new Map(
  readPage('docs/how-to/ci.md').blocks.flatMap(({ markers, text }) =>
    markers.filter(({ name }) => name === 'file').map(({ value }) => [value, text] as const),
  ),
);
const fileOf = (name: string): string => {
  const text = files.get(name);
  assert.ok(text !== undefined, `${name} is not on the page`);
  return text;
};
const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
const install = `npm install --global llm-simulator@${version}`;
const run = 'bash ci/load-test.sh';

describe('the recipes for CI', () => {
  test('on GitHub run the script with this version, and keep its reports also when it failed', () => {
    const { jobs, permissions } = parse(fileOf('load-test.yaml'));
    const { steps } = jobs['load-test'];
    const commands = steps.flatMap((step: { readonly run?: string }) => step.run ?? []);
    assert.deepEqual(commands, [install, run]);
    assert.deepEqual(permissions, { contents: 'read' });
    const upload = steps.at(-1);
    assert.match(upload.uses, /^actions\/upload-artifact@/);
    assert.match(upload.if, /!cancelled\(\)/);
    assert.equal(upload.with.path, 'reports/');
  });

  test('on GitLab do the same, with the checks as tests of the merge request', () => {
    const { 'load-test': job } = parse(fileOf('gitlab-ci.yml'));
    assert.deepEqual(job.script, [install, run]);
    assert.deepEqual([job.artifacts.when, job.artifacts.paths], ['always', ['reports/']]);
    assert.equal(job.artifacts.reports.junit, 'reports/*.xml');
    assert.deepEqual(job.allow_failure, { exit_codes: 7 });
  });

  for (const [loadCode, compareCode, expected] of [
    [0, 0, 0],
    [7, 0, 7],
    [0, 7, 7],
    [7, 1, 1],
    [1, 7, 1],
    [0, 1, 1],
    [3, 1, 3],
  ] as const) {
    test(`the script ends with ${expected} where load ends with ${loadCode} and compare with ${compareCode}`, (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'ci-script-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const commands = { load: `exit ${loadCode}`, compare: `exit ${compareCode}`, serve: 'exec sleep 60' };
      const cases = Object.entries(commands).map(([verb, command]) => `${verb}) ${command};;`);
      const programs = { 'llm-simulator': `case $1 in ${cases.join(' ')} esac`, curl: 'exit 0' };
      for (const [name, text] of Object.entries(programs))
        writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      writeFileSync(join(folder, 'load-test.sh'), fileOf('load-test.sh'));
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
      const { status, stderr } = spawnSync('bash', ['load-test.sh'], { cwd: folder, env, encoding: 'utf8' });
      assert.equal(status, expected, stderr);
    });
  }

  test('a request that hangs is an error before load would cut it', () => {
    const [, timeoutSecs] = /llm-simulator load [\s\S]*?--timeout (\d+)s/.exec(fileOf('load-test.sh')) ?? [];
    assert.ok(Number(timeoutSecs) < planSchema.properties.grace_period_secs.default);
  });

  test('the script writes every report to the folder that is kept', () => {
    const script = fileOf('load-test.sh');
    for (const report of ['load.html', 'load.xml', 'load.json', 'compare.html', 'compare.xml', 'compare.json'])
      assert.ok(script.includes(`reports/${report}`), report);
    assert.ok(files.has('simulator.yaml') && script.includes('simulator.yaml'));
  });
});
