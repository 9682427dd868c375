/** What a distribution takes along of its dependencies, and what it leaves behind. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { isNeeded, prune, type Target } from '../../scripts/distribution/pruning.js';
import { temporaryFolder } from '../process/program.js';

const TARGET: Target = { platform: 'linux', arch: 'x64', abi: '137' };

describe('a file of a package', () => {
  const cases: [string, string, boolean][] = [
    ['pino', 'pino.js', true],
    ['pino', 'package.json', true],
    ['pino', 'lib/tools.js', true],
    ['pino', 'LICENSE', true],
    ['lru-cache', 'LICENSE.md', true],
    ['x', 'dist/NOTICE.txt', true],
    ['x', 'dist/index.d.ts', false],
    ['x', 'dist/index.d.cts', false],
    ['x', 'dist/index.js.map', false],
    ['x', 'src/index.ts', false],
    ['x', 'README.md', false],
    ['x', '.npmignore', false],
    ['x', 'test/index.js', false],
    ['x', 'benchmark/LICENSE', false],
    ['x', 'lib/test/index.js', true],
    ['x', 'test.js', true],
    ['x', 'test', true],
    ['x', 'data/table.json', true],
    ['uWebSockets.js', 'uws.js', true],
    ['uWebSockets.js', 'uws_linux_x64_137.node', true],
    ['uWebSockets.js', 'uws_linux_x64_115.node', false],
    ['uWebSockets.js', 'uws_linux_arm64_137.node', false],
    ['uWebSockets.js', 'uws_win32_x64_137.node', false],
    ['gpt-tokenizer', 'esm/bpeRanks/o200k_base.js', true],
    ['gpt-tokenizer', 'cjs/bpeRanks/o200k_base.js', false],
    ['gpt-tokenizer', 'esm/bpeRanks/p50k_base.js', false],
    ['gpt-tokenizer', 'LICENSE', true],
    ['hdr-histogram-js', 'dist/index.js', true],
    ['hdr-histogram-js', 'dist/index.spec.js', false],
    ['hdr-histogram-js', 'dist/bench/histogram-add.js', false],
    ['hdr-histogram-js', 'dist/hdrhistogram.umd.js', false],
    ['json-schema-to-ts', 'lib/index.js', false],
  ];
  for (const [name, path, needed] of cases) {
    test(`${name}: ${path} ${needed ? 'stays' : 'goes'}`, () => assert.equal(isNeeded(name, path, TARGET), needed));
  }
});

test('of a folder stays what is needed, nested packages included, and no empty folder', () => {
  const folder = temporaryFolder();
  const paths = [
    '.bin/x',
    '.package-lock.json',
    'a/index.js',
    'a/types/index.d.ts',
    'a/node_modules/b/index.js',
    'a/node_modules/b/index.js.map',
    '@s/c/lib/index.js',
    '@s/c/docs/api.html',
    '@babel/runtime/index.js',
  ];
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
  prune(folder, TARGET);
  const left = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = ['@s/c/lib/index.js', 'a/index.js', 'a/node_modules/b/index.js'];
  const folders = ['@s', '@s/c', '@s/c/lib', 'a', 'a/node_modules', 'a/node_modules/b'];
  assert.deepEqual(left, [...files, ...folders].sort());
  assert.ok(!existsSync(join(folder, '@babel')));
});
