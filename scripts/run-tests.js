// Lists the test files and runs them with node:test through tsx. A list of our own, because `--test` expands no globs on Node 20 and
// a runner without files exits 0: finding no test is a failure here. Arguments are substrings that select files by their path; options are
// Node's, and --rerun-failed: a few files that failed beside others run again, each by itself. Those that pass then are named as unsteady
// at the end and do not fail the run: they are defects to be mended, but none that a run of an hour should be lost for.
// Where the build is fresh, as `npm test` sees to, the tests import the compiled sources; where it is not, tsx compiles them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rerunOption = '--rerun-failed';
/** More files than this fail for a reason that is not chance. */
const rerunFilesMax = 3;

const selectors = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const reruns = process.argv.includes(rerunOption);
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--') && argument !== rerunOption);
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

/** Runs the files; `{ status, failed }`: the exit code, and the files with a failure. */
function run(testFiles) {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-tests-'));
  const list = join(folder, 'failed-files');
  try {
    const { status } = spawnSync(
      process.execPath,
      [
        '--import',
        'tsx',
        ...(isBuildFresh() ? ['--import', './scripts/compiled-sources.js'] : []),
        '--test',
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        '--test-reporter=./scripts/failed-files-reporter.js',
        `--test-reporter-destination=${list}`,
        '--test-timeout=180000',
        `--test-concurrency=${availableParallelism()}`,
        ...options,
        ...testFiles,
      ],
      { cwd: root, stdio: 'inherit' },
    );
    const failed = readFileSync(list, 'utf8').split('\n').filter(Boolean);
    return { status: status ?? 1, failed: failed.map((file) => relative(root, resolve(root, file))) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs each file by itself; the exit code of all of them. */
function rerun(failed) {
  console.log(`\nfailed, and run again by themselves:\n${failed.map((file) => `  ${file}`).join('\n')}`);
  const unsteady = failed.filter((file) => run([file]).status === 0);
  if (unsteady.length > 0) {
    console.log(
      `\nunsteady, failed beside others and passed alone:\n${unsteady.map((file) => `  ${file}`).join('\n')}`,
    );
  }
  return unsteady.length === failed.length ? 0 : 1;
}

const { status, failed } = run(files);
// A failure outside the files, such as a broken option, is no test's.
const isRerun =
  reruns &&
  status !== 0 &&
  failed.length > 0 &&
  failed.length <= rerunFilesMax &&
  failed.every((file) => files.includes(file));
process.exit(isRerun ? rerun(failed) : status);
