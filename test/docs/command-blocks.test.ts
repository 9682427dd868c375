/**
 * Every block with commands is run or says by a marker why not, and the marked ones name what there is. The runner itself is tested on
 * pages that are wrong: each mistake has to be found.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stepsOf } from './command-blocks.js';
import { findIsolation, isInstalled } from './isolation.js';
import { parsePage, readPage } from './markdown-page.js';
import { runSteps } from './page-run.js';
import { documentationPages } from './page-tests.js';
import { staticProblems } from './static-checks.js';

describe('blocks are marked, and what is marked names what there is', () => {
  for (const path of documentationPages()) {
    test(path, () => {
      const { steps, problems } = stepsOf(readPage(path));
      for (const step of steps) {
        if (step.kind === 'file') continue;
        problems.push(...staticProblems(step).map((problem) => `${path}:${step.line} ${problem}`));
      }
      assert.deepEqual(problems, []);
    });
  }
});

const FENCE = '```';

function pageOf(...lines: readonly string[]) {
  return parsePage('docs/example.md', lines.join('\n'));
}

function markersOf(...lines: readonly string[]): string[] {
  return stepsOf(pageOf(...lines)).problems;
}

describe('mistakes in markers are found', () => {
  test('a marker that is unknown, one with an unknown value, and one that belongs to another kind of block', () => {
    assert.match(markersOf('<!-- need: cluster -->', `${FENCE}sh`, 'kubectl get pods', FENCE)[0]!, /a marker "need"/);
    assert.match(markersOf('<!-- needs: luck -->', `${FENCE}sh`, 'true', FENCE)[0]!, /whose value must match/);
    assert.match(markersOf('<!-- output: varies -->', `${FENCE}sh`, 'true', FENCE)[0]!, /a marker "output"/);
    assert.match(markersOf('<!-- takes: 2 minutes -->', `${FENCE}yaml`, 'a: 1', FENCE)[0]!, /a marker "takes"/);
  });

  test('commands that are not called so, unless they are the output of the block before', () => {
    assert.match(markersOf(FENCE, 'npm run bench', FENCE)[0]!, /looks like commands/);
    assert.deepEqual(markersOf(`${FENCE}sh`, 'echo curl it', FENCE, '', FENCE, 'curl it', FENCE), []);
    assert.deepEqual(markersOf(`${FENCE}text`, 'llm-simulator serve [--config FILE]', FENCE), []);
  });
});

test('what marked blocks name has to be there', () => {
  const notRun = { name: 'needs', value: 'cluster' };
  assert.deepEqual(staticProblems({ text: 'bash scripts/test-matrix.sh && npm run bench', notRun }), []);
  assert.deepEqual(staticProblems({ text: 'kubectl apply -k k8s/overlays/gone', notRun }), [
    'k8s/overlays/gone is not in the repository',
  ]);
  assert.deepEqual(staticProblems({ text: 'npm run verify:nothing', notRun }), [
    'package.json has no script verify:nothing',
  ]);
  assert.deepEqual(staticProblems({ text: 'llm-simulator server', notRun }), ['llm-simulator has no command server']);
  assert.match(staticProblems({ text: 'kubectl "get pods', notRun })[0]!, /bash cannot read it/);
});

describe('the runner', () => {
  const isolation = findIsolation();
  const run = (...lines: readonly string[]) => runSteps(stepsOf(pageOf(...lines)).steps, isolation);

  const skip = !isInstalled('curl') && process.env.LLM_SIM_TEST_DOCS !== 'required' && 'curl is missing';
  test('keeps shell, folder and server from block to block, and finds nothing wrong with a page that is right', {
    skip,
  }, async () => {
    const problems = await run(
      '<!-- file: own.yaml -->',
      `${FENCE}yaml`,
      'simulation: { seed: 77 }',
      FENCE,
      `${FENCE}sh`,
      'llm-simulator serve --config own.yaml &',
      'server=$!',
      FENCE,
      `${FENCE}sh`,
      'curl -s localhost:8080/admin/config',
      FENCE,
      `${FENCE}json`,
      '{"seed": 77, "…": "…"}',
      FENCE,
      `${FENCE}sh`,
      'kill -INT $server && wait $server && echo "ended with $?"',
      FENCE,
      FENCE,
      'ended with 0',
      FENCE,
      '<!-- exits: 7 -->',
      `${FENCE}sh`,
      'curl -s localhost:8080/health',
      FENCE,
    );
    assert.deepEqual(problems, []);
  });

  test('finds commands that fail, ones that should have, and output that differs', async () => {
    const problems = await run(
      `${FENCE}sh`,
      'ls no-such-file',
      FENCE,
      'Text.',
      '<!-- exits: 3 -->',
      `${FENCE}sh`,
      'true',
      FENCE,
      'Text.',
      `${FENCE}sh`,
      'echo one; echo two; echo 3.5 s',
      FENCE,
      '<!-- output: varies -->',
      FENCE,
      'one',
      '…',
      '12 ms',
      FENCE,
      `${FENCE}sh`,
      `echo '{"a": 1}'`,
      FENCE,
      `${FENCE}json`,
      '{"a": 2}',
      FENCE,
    );
    assert.equal(problems.length, 4, problems.join('\n'));
    assert.match(problems[0]!, /^line 1: failed with 2: ls no-such-file/);
    assert.match(problems[1]!, /^line 6: should have failed with 3/);
    assert.match(problems[2]!, /^line 10: echo one.*\nthe page shows\none/);
    assert.match(problems[3]!, /^line 19: .*\nthe page shows\n\{"a": 2\}\nand the command put out\n\{"a": 1\}/);
  });

  test('a page that ends its shell is a page that was not run to its end', async () => {
    const problems = await run(`${FENCE}sh`, 'exit 0', FENCE, 'Text.', `${FENCE}sh`, 'true', FENCE);
    assert.deepEqual(problems, [
      'line 5: was not run: the shell ended before it',
      'the shell ended before the page did',
    ]);
  });
});
