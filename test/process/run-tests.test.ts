/** The runner of the tests, on a project of a few files of its own: no test is a failure, and so is one that fails alone as well. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));
const passes = "import { test } from 'node:test';\ntest('passes', () => {});\n";
const fails = "import { test } from 'node:test';\ntest('fails', () => { throw new Error('as planned'); });\n";
/** Fails the first time and passes from then on, like a test that lost a race. */
const failsOnce = `import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
test('loses a race once', () => {
  if (existsSync('raced')) return;
  writeFileSync('raced', '');
  throw new Error('lost');
});
`;

const folders: string[] = [];

/** Runs the runner in a folder with these test files. */
function runTests(files: Record<string, string>, args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-runner-'));
  folders.push(folder);
  for (const name of ['run-tests.js', 'failed-files-reporter.js'])
    cpSync(join(project, 'scripts', name), join(folder, 'scripts', name));
  for (const name of ['src', 'workers', 'test']) mkdirSync(join(folder, name));
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  // Sources without a build: the tests run as they are written.
  writeFileSync(join(folder, 'src', 'index.ts'), '');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'test', name), text);
  // Without the variable by which node:test knows the processes that it started itself.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'run-tests.js'), ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

describe('the runner of the tests', () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  test('fails where no file matches', () => {
    const { status, text } = runTests({ 'good.test.ts': passes }, ['absent']);
    assert.equal(status, 1);
    assert.match(text, /no test file matches absent/);
  });

  test('passes where all pass, and fails where one fails', () => {
    assert.equal(runTests({ 'good.test.ts': passes }, []).status, 0);
    assert.equal(runTests({ 'good.test.ts': passes, 'bad.test.ts': fails }, []).status, 1);
    assert.equal(runTests({ 'race.test.ts': failsOnce }, []).status, 1, 'nothing runs again unless asked');
  });

  test('runs again what failed, where asked, and names what then passed', () => {
    const { status, text } = runTests({ 'good.test.ts': passes, 'race.test.ts': failsOnce }, ['--rerun-failed']);
    assert.equal(status, 0, text);
    assert.match(text, /unsteady, failed beside others and passed alone:\n {2}test\/race\.test\.ts\n/);
    assert.doesNotMatch(text, / {2}test\/good\.test\.ts/);
  });

  test('fails where a file fails again, also beside one that passes', () => {
    const { status, text } = runTests({ 'bad.test.ts': fails, 'race.test.ts': failsOnce }, ['--rerun-failed']);
    assert.equal(status, 1);
    assert.match(text, /passed alone:\n {2}test\/race\.test\.ts\n/);
  });

  test('fails at once where many files fail', () => {
    const files = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [`${name}.test.ts`, failsOnce.replaceAll('raced', `raced-${name}`)]),
    );
    const { status, text } = runTests(files, ['--rerun-failed']);
    assert.equal(status, 1);
    assert.match(text, /loses a race once/);
    assert.doesNotMatch(text, /run again/);
  });

  test('fails where a file breaks off without a result', () => {
    const { status, text } = runTests({ 'good.test.ts': passes, 'broken.test.ts': 'process.exit(3);\n' }, [
      '--rerun-failed',
    ]);
    assert.equal(status, 1);
    assert.match(text, /run again by themselves:\n {2}test\/broken\.test\.ts\n/);
  });
});
