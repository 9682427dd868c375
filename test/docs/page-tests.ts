/**
 * Tests that run the command blocks of pages. They are dealt out to several test files, so that some run beside each other and none takes
 * longer than a test file may on a machine that is busy.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';
import { stepsOf } from './command-blocks.js';
import { findIsolation, isInstalled } from './isolation.js';
import { markdownPaths, readPage } from './markdown-page.js';
import { runSteps } from './page-run.js';

/** What nearly every page uses. Skipped where one is missing, unless LLM_SIM_TEST_DOCS=required has that be a failure, as in CI. */
const TOOLS = ['bash', 'curl', 'jq', 'openssl', 'pgrep', 'python3', 'ss'];
/** Of the test files pages-N.test.ts, N from 1. */
const PARTS = 8;

/** Pages whose commands are tested: what a user reads. CONTRIBUTING.md and the like are for people with a checkout and CI. */
export function documentationPages(): string[] {
  return ['README.md', ...markdownPaths('docs')];
}

/** @param part from 1 to PARTS */
export function testPages(part: number): void {
  const missing = TOOLS.filter((tool) => !isInstalled(tool));
  const isRequired = process.env.LLM_SIM_TEST_DOCS === 'required';
  const pages = documentationPages()
    .map((path) => ({ path, steps: stepsOf(readPage(path)).steps }))
    .filter(({ steps }) => steps.some((step) => step.kind === 'command' && step.notRun === undefined))
    .filter((_, index) => index % PARTS === part - 1);
  describe('commands of pages work as they are written', {
    skip:
      missing.length > 0 && !isRequired && `missing: ${missing.join(', ')} (LLM_SIM_TEST_DOCS=required has that fail)`,
  }, () => {
    test('there are pages, tools to read them with, and a build', () => {
      assert.deepEqual(missing, []);
      assert.ok(pages.length > 0);
      assert.ok(existsSync(join(packageRoot, 'dist/src/main.js')), 'npm run build');
    });
    const isolation = findIsolation();
    for (const { path, steps } of pages) {
      test(path, async () => assert.deepEqual(await runSteps(steps, isolation), []));
    }
  });
}
