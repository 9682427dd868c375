/** An output that cannot be written takes none of the others with it, and each that failed is named. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { environment, GUARD_MS, moduleArguments, runCommand } from '../process/program.js';

const folder = mkdtempSync(join(tmpdir(), 'output-files-'));
after(() => rmSync(folder, { recursive: true, force: true }));

// Nobody listens there: what the requests came to is of no matter here.
const target = 'http://127.0.0.1:1';
const load = ['load', '--url', target, '--requests', '2'];
const compare = ['compare', '--direct', target, '--gateway', target, '--pairs', '2'];

function toFullDisk(args: readonly string[]): { readonly code: number | null; readonly stderr: string } {
  const command = [process.execPath, ...moduleArguments('src/main'), ...args].map((word) => `'${word}'`).join(' ');
  const { status, stderr } = spawnSync('sh', ['-c', `${command} > /dev/full`], {
    env: environment(),
    encoding: 'utf8',
    timeout: GUARD_MS,
  });
  return { code: status, stderr };
}

for (const [name, args] of [
  ['load', load],
  ['compare', compare],
] as const) {
  describe(`what ${name} leaves`, { skip: !existsSync('/dev/full') }, () => {
    test('is written where standard output fails', () => {
      const [html, junit, csv] = ['a.html', 'a.xml', 'a.csv'].map((file) => join(folder, `${name}-${file}`));
      const { code, stderr } = toFullDisk([...args, '--html', html!, '--junit', junit!, '--csv', csv!]);
      assert.equal(code, 1);
      assert.match(stderr, /^llm-simulator: standard output cannot be written: no space is left\n/);
      assert.match(readFileSync(html!, 'utf8'), /<\/html>\s*$/);
      assert.match(readFileSync(junit!, 'utf8'), /<\/testsuites>\s*$/);
      assert.match(readFileSync(csv!, 'utf8'), /\r\n$/);
    });

    test('is written where a file fails, and all that failed are named', async () => {
      const junit = join(folder, `${name}-b.xml`);
      const one = await runCommand([...args, '--html', '/dev/full', '--junit', junit]);
      assert.equal(one.code, 1);
      assert.match(one.stderr, /^llm-simulator: \/dev\/full cannot be written: no space is left\n/);
      assert.notEqual(one.stdout, '');
      assert.match(readFileSync(junit, 'utf8'), /<\/testsuites>\s*$/);
      const two = toFullDisk([...args, '--html', '/dev/full']);
      assert.match(
        two.stderr,
        /standard output cannot be written.*\n\/dev\/full cannot be written: no space is left\n/,
      );
    });

    test('has a file for each report', async () => {
      const file = join(folder, `${name}-c`);
      const { code, stderr } = await runCommand([...args, '--html', file, '--junit', `${folder}/./${name}-c`]);
      assert.equal(code, 2);
      assert.match(stderr, /--html and --junit name the same file/);
      assert.equal(existsSync(file), false);
    });
  });
}
