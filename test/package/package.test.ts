/** The package as it would be published: what is in it, and that its entry points are what package.json says. Needs the build. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packageRoot } from '../../src/kernel/package-root.js';

const packageJson = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));

/** The paths that `npm pack` would put in; its scripts do not run, so nothing is built here. */
function packedPaths(): string[] {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'];
  const output = execFileSync('npm', args, { cwd: packageRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ files }] = JSON.parse(output);
  return files.map(({ path }: { path: string }) => path);
}

const paths = packedPaths();

test('the package holds what a user needs', () => {
  const needed = [
    'package.json',
    'README.md',
    'LICENSE',
    'config/default.yaml',
    'config/schema.json',
    'config/load-plan.schema.json',
    'dist/src/main.js',
    'dist/src/index.js',
    'dist/src/index.d.ts',
    'dist/src/cluster/acceptor-process.js',
    'dist/workers/render.js',
  ];
  assert.deepEqual(
    needed.filter((path) => !paths.includes(path)),
    [],
    'missing from the package',
  );
  assert.ok(
    paths.some((path) => /^config\/profiles\/.*\.yaml$/.test(path)),
    'the catalogue of models',
  );
});

test('the package holds nothing else: no sources, no tests, no records of the build', () => {
  const published =
    /^(dist\/(src|workers)\/.*\.(js|d\.ts)|config\/.*\.(yaml|json)|docs\/.*|[A-Z]+(\.md)?|package\.json)$/;
  assert.deepEqual(
    paths.filter((path) => !published.test(path)),
    [],
  );
});

test('everything that package.json points at is in the package', () => {
  const { bin, types, exports } = packageJson;
  const targets = [
    ...Object.values(bin),
    types,
    ...Object.values(exports).flatMap((entry) => Object.values(Object(entry))),
  ];
  const named = [...targets, exports['./config-schema']].filter(
    (target) => typeof target === 'string' && target.length > 1,
  );
  for (const target of named) assert.ok(paths.includes(String(target).replace(/^\.\//, '')), String(target));
});

test('the command starts with the line that makes it executable', () => {
  assert.match(readFileSync(join(packageRoot, packageJson.bin['llm-simulator']), 'utf8'), /^#!\/usr\/bin\/env node\n/);
});

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: packageRoot, level: 'suggestion', strict: true, pack: 'npm' });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, packageJson)),
    [],
  );
});

test('the library is found under its name, with the exports that it documents', async () => {
  const script = `
    const library = await import('llm-simulator');
    const schema = await import('llm-simulator/config-schema', { with: { type: 'json' } });
    console.log(JSON.stringify([Object.keys(library).sort(), typeof schema.default]));`;
  const args = ['--no-warnings', '--input-type=module', '--eval', script];
  const output = execFileSync(process.execPath, args, { cwd: packageRoot, encoding: 'utf8' });
  assert.deepEqual(JSON.parse(output), [['ConfigurationFailure', 'Failure', 'startSimulator'], 'object']);
});
