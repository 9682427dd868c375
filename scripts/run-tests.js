// Lists the test files and runs them with node:test through tsx. A list of our own, because `--test` expands no globs on Node 20 and
// a runner without files exits 0: finding no test is a failure here. Arguments are substrings that select files by their path.
// Where the build is fresh, as `npm test` sees to, the tests import the compiled sources; where it is not, tsx compiles them.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const selectors = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((name) => join('test', String(name)))
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => selectors.length === 0 || selectors.some((selector) => name.includes(selector)))
  .sort();

if (files.length === 0) {
  console.error(`no test file matches ${selectors.length === 0 ? 'test/**/*.test.ts' : selectors.join(', ')}`);
  process.exit(1);
}

function modifiedMs(name) {
  return statSync(join(root, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isBuildFresh() {
  const sources = ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))),
  );
  return Math.max(...sources.map(modifiedMs)) <= modifiedMs('dist/.tsbuildinfo');
}

const run = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    ...(isBuildFresh() ? ['--import', './scripts/compiled-sources.js'] : []),
    '--test',
    '--test-reporter=spec',
    '--test-timeout=180000',
    `--test-concurrency=${availableParallelism()}`,
    ...options,
    ...files,
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(run.status ?? 1);
