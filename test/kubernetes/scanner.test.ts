/** What a scanner of manifests finds in what kustomize makes: nothing that is not accounted for in its place. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { renderings, renderText, runTool, withoutTools } from './kustomize-harness.js';

const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

describe('the scanner', { skip: withoutTools }, () => {
  test('finds nothing in any of them that is not accounted for in its place', () => {
    const files = renderings.map((rendering, index) => {
      const file = join(folder, `${index}.yaml`);
      writeFileSync(file, renderText(rendering));
      return file;
    });
    const { failed, parsingErrors, passed, skipped } = scanned(files);
    assert.deepEqual(failed, []);
    assert.equal(parsingErrors, 0);
    assert.ok(passed > 80 * files.length, `only ${passed} checks of ${files.length} files`);
    for (const { check_id, check_result } of skipped)
      assert.ok((check_result.suppress_comment ?? '').length > 20, `${check_id} is skipped without a reason`);
  });

  test('sees a container that may become root', () => {
    const file = join(folder, 'root.yaml');
    writeFileSync(
      file,
      renderText(renderings[0]!).replace('allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true'),
    );
    const { failed } = scanned([file]);
    assert.match(failed.join('\n'), /CKV_K8S_20 /);
  });
});

interface Check {
  readonly check_id: string;
  readonly check_name: string;
  readonly resource: string;
  readonly check_result: { readonly suppress_comment?: string };
}

interface Scan {
  readonly failed: readonly string[];
  readonly skipped: readonly Check[];
  readonly passed: number;
  readonly parsingErrors: number;
}

/** Findings have no severity without the vendor's service, so every one counts. */
function scanned(files: readonly string[]): Scan {
  const { stderr, stdout } = runTool('checkov', [
    ...['--framework', 'kubernetes', '--output', 'json', '--compact', '--skip-download'],
    ...files.flatMap((file) => ['--file', file]),
  ]);
  assert.notEqual(stdout, '', stderr);
  const { results, summary } = JSON.parse(stdout) as {
    results: { failed_checks: Check[]; skipped_checks: Check[] };
    summary: { passed: number; parsing_errors: number };
  };
  return {
    failed: results.failed_checks.map(({ check_id, check_name, resource }) => `${check_id} ${check_name}: ${resource}`),
    skipped: results.skipped_checks,
    passed: summary.passed,
    parsingErrors: summary.parsing_errors,
  };
}
