/** The page about gateways says what each finding means, and speaks of none that there is not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/kernel/package-root.js';
import { FINDING_CODES } from '../../../src/load/oracle/result.js';

test('the table of findings has all of them', () => {
  const page = readFileSync(join(packageRoot, 'docs/how-to/test-a-gateway.md'), 'utf8');
  const [, table = ''] = /\n\| Finding \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(page) ?? [];
  const named = table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code));
  assert.deepEqual(named.toSorted(), [...FINDING_CODES].toSorted());
});
