/** The URLs that `load` is given: which it refuses, and what of them it shows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runCommand } from '../process/program.js';

describe('a URL that is none', () => {
  for (const [story, flags, code, message] of [
    ['a target whose port is none', ['--url', 'http://127.0.0.1:99999'], 3, /^--url.*must be an http/],
    ['a target whose host is none', ['--url', 'http://[::1'], 3, /^--url.*must be an http/],
    ['an upstream that is no URL', ['--url', 'http://h', '--upstream', 'foo'], 2, /'foo' is invalid\. must be an http/],
    [
      'an upstream whose port is none',
      ['--url', 'http://h', '--upstream', 'http://127.0.0.1:99999'],
      2,
      /99999' is invalid\. must be an http/,
    ],
  ] as const) {
    test(`${story} is refused in words, without a stack`, async () => {
      const outcome = await runCommand(['load', ...flags]);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
      assert.doesNotMatch(outcome.stderr, /\n\s+at /);
    });
  }
});

test('no password of a URL is in what it prints', async () => {
  const secret = 'http://user:sk-secret@127.0.0.1:1';
  const run = await runCommand(['load', '--url', secret, '--requests', '1', '--json']);
  assert.equal(JSON.parse(run.stdout).target, 'http://127.0.0.1:1');
  const { code, stderr } = await runCommand(['load', '--url', secret, '--upstream', secret]);
  assert.equal(code, 2);
  assert.match(stderr, /nobody answers at --upstream http:\/\/127\.0\.0\.1:1\n/);
});
