/** The files of the page on CI belong together: what one calls and keeps, the others have. The script itself is run with the page's commands. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
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

  test('the script writes every report to the folder that is kept', () => {
    const script = fileOf('load-test.sh');
    for (const report of ['load.html', 'load.xml', 'load.json', 'compare.html', 'compare.xml', 'compare.json'])
      assert.ok(script.includes(`reports/${report}`), report);
    assert.ok(files.has('simulator.yaml') && script.includes('simulator.yaml'));
  });
});
