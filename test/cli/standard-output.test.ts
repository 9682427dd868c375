/** What commands do where standard output goes to a full disk or to a reader that leaves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { environment, GUARD_MS, moduleArguments } from '../process/program.js';

function inShell(line: string): { readonly code: number | null; readonly stderr: string } {
  const command = [process.execPath, ...moduleArguments('src/main')].map((word) => `'${word}'`).join(' ');
  const { status, stderr } = spawnSync('sh', ['-c', `${command} ${line}`], {
    env: environment(),
    encoding: 'utf8',
    timeout: GUARD_MS,
  });
  return { code: status, stderr };
}

describe('standard output', () => {
  for (const line of [
    'plan --path /v1/models < /dev/null',
    'validate',
    'validate --json',
    '--version',
    'load --help',
  ]) {
    test(`that takes nothing more ends ${line} with exit code 1 and words`, { skip: !existsSync('/dev/full') }, () => {
      const { code, stderr } = inShell(`${line} > /dev/full`);
      assert.equal(code, 1);
      assert.match(stderr, /^llm-simulator: standard output cannot be written: no space is left\n/);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  test('that nobody reads to its end is no error', () => {
    assert.equal(inShell('plan --path /v1/models --jsonl < /dev/null | true').stderr, '');
    assert.equal(inShell('validate --json | true').stderr, '');
    assert.equal(inShell('load --help | true').stderr, '');
  });
});
