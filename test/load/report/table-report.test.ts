/** The table says what the result says, on lines that a terminal shows and does not obey. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableReport } from '../../../src/load/report/table-report.js';
import { EMPTY_RESULT, exampleResult } from './example-result.js';

const linesOf = (text: string): string[] => text.split('\n');

test('holds figures, errors, assertions and the verdict', () => {
  const result = exampleResult();
  const text = tableReport(result);
  assert.match(
    text,
    /^load of http:\/\/127\.0\.0\.1:8080, started 2026-01-02T03:04:05\.678Z, seed 1\n {2}Poisson arrivals/,
  );
  assert.match(text, /3,000 in 60\.2 s, 49\.8 per second/);
  assert.match(text, /2,930 complete, 30 cancelled, 40 failed/);
  assert.match(text, /96\.2 % within every objective/);
  assert.match(text, /^http_error +25 +0\.83 %$/m);
  assert.match(text, /^429 +20 /m);
  assert.match(text, /^holds {2}ttft_p99<900ms {2}\(706\.2 ms is below 900 ms\)$/m);
  assert.match(text, /^FAILS {2}error_rate<0\.1% /m);
  assert.match(text, /^FAILED: Assertions that do not hold: 1 of 2\.$/m);
  for (const name of ['TTFT', 'ITL', 'TPOT', 'E2E', 'sent late'])
    assert.match(text, new RegExp(`^${name} +[0-9]`, 'm'));
});

test('columns of a table end at the same place', () => {
  const lines = linesOf(tableReport(exampleResult()));
  const start = lines.findIndex((line) => line.startsWith('ms '));
  assert.equal(new Set(lines.slice(start, start + 6).map((line) => line.length)).size, 1);
});

test('names every reason why a run is not valid, and then says neither passed nor failed', () => {
  const reasons = [
    { code: 'generator_late', message: 'The generator sent 40 ms late at the 99th percentile.' },
    { code: 'not_sent', message: '12 arrivals were not sent.' },
  ];
  const text = tableReport(exampleResult({ validity: { valid: false, reasons }, not_sent: 12 }));
  assert.match(text, /^INVALID: /m);
  for (const { code, message } of reasons) assert.ok(text.includes(`  ${code}: ${message}`));
  assert.doesNotMatch(text, /^(PASSED|FAILED)/m);
  assert.match(text, /^not sent +12:/m);
});

test('says how many requests were cut, which no figure counts', () => {
  assert.match(tableReport(exampleResult({ cut: 12 })), /^cut +12: /m);
  assert.doesNotMatch(tableReport(exampleResult()), /^cut/m);
});

test('an error that is not called by name in errors_by_outcome has no row, and a delay without values none', () => {
  const text = tableReport(EMPTY_RESULT);
  assert.doesNotMatch(text, /TTFT|http_error|NaN|undefined|Infinity/);
  assert.match(text, /^FINISHED: /m);
});

test('what came from elsewhere moves no cursor and begins no line', () => {
  const hostile = 'a\u001b[2Jb\nINVENTED: row\u202e\r';
  const example = exampleResult();
  const text = tableReport({
    ...example,
    target: hostile,
    plan: [hostile],
    total: { ...example.total, errors_by_kind: { [hostile]: 3 } },
    by_mix: { [hostile]: example.total, other: example.total },
    assertions: [{ assertion: hostile, measure: 'x', actual: null, passed: false, explanation: hostile }],
  });
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
  assert.ok(linesOf(text).every((line) => !line.startsWith('INVENTED')));
  assert.equal(linesOf(text).filter((line) => line.includes('\\u{1b}[2Jb\\nINVENTED')).length, 5);
});
