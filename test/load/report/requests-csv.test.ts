/** The file of requests has a row for each, which any reader of RFC 4180 reads back, and a disk that is full is told of once, at the end. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../../src/kernel/failure.js';
import { CSV_HEAD, csvRow, requestsCsv } from '../../../src/load/report/requests-csv.js';
import { exampleRecord } from './example-result.js';

const folder = mkdtempSync(join(tmpdir(), 'llm-sim-csv-'));
after(() => rmSync(folder, { recursive: true }));

/** A reader of its own: a field is quoted or has no quote, comma or line's end in it. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < csv.length) {
    const at = field.lastIndex;
    const match = field.exec(csv);
    assert.ok(match !== null, `no field: ${csv.slice(at, at + 60)}`);
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  assert.deepEqual(row, []);
  return rows;
}

function cellsOf(row: string): Record<string, string> {
  const [head, cells] = rowsOf(CSV_HEAD + row);
  assert.equal(cells!.length, head!.length);
  return Object.fromEntries(head!.map((name, column) => [name, cells![column]!]));
}

function isOutputFailure(error: unknown, pattern: RegExp): boolean {
  return error instanceof Failure && error.code === 'OUTPUT_FAILED' && pattern.test(error.message);
}

describe('a row', () => {
  test('counts times from the intended sending, exactly to the microsecond', () => {
    const cells = cellsOf(csvRow(exampleRecord({ intendedUs: 1_000_000, sentUs: 1_000_251 })));
    assert.equal(cells.intended_ms, '1000');
    assert.equal(cells.sent_ms, '1000.251');
    assert.equal(cells.headers_ms, '20.251');
    assert.equal(cells.first_chunk_ms, '30.251');
    assert.equal(cells.last_chunk_ms, '80.251');
    assert.equal(cells.end_ms, '100.251');
    assert.equal(cells.chunks, '3');
    assert.equal(cells.output_tokens, '3');
  });

  test('leaves empty what a request did not come to', () => {
    const cells = cellsOf(
      csvRow(
        exampleRecord({
          headersUs: undefined,
          chunkTimesUs: new Uint32Array(0),
          status: undefined,
          usage: undefined,
          finishReason: undefined,
          outcome: 'connect_failed',
          error: 'ECONNREFUSED',
        }),
      ),
    );
    for (const name of ['headers_ms', 'first_chunk_ms', 'last_chunk_ms', 'status', 'input_tokens', 'identity']) {
      assert.equal(cells[name], '', name);
    }
    assert.equal(cells.outcome, 'connect_failed');
    assert.equal(cells.error, 'ECONNREFUSED');
  });

  test('reads back whatever text is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (error, model) => {
        const cells = cellsOf(csvRow(exampleRecord({ error, model })));
        assert.equal(cells.error, error);
        assert.equal(cells.model, model);
      }),
    );
    const cells = cellsOf(csvRow(exampleRecord({ error: 'a "quoted", word\r\nand a line' })));
    assert.equal(cells.error, 'a "quoted", word\r\nand a line');
  });
});

test('the page on reports names the columns, in their order', () => {
  const page = readFileSync(new URL('../../../docs/load-reports.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('| Column |')).split('\n').slice(2);
  const named = table.filter((line) => line.startsWith('| ')).flatMap((line) => line.split(' | ')[0]!.match(/`\w+`/g)!);
  assert.deepEqual(
    named.map((name) => name.slice(1, -1)),
    CSV_HEAD.trim().split(','),
  );
});

describe('the file', () => {
  test('holds every row in order, over many blocks', () => {
    const path = join(folder, 'requests.csv');
    const csv = requestsCsv(path);
    for (let number = 0; number < 3_000; number++)
      csv.record(exampleRecord({ key: `é-${number}`, conversation: number }));
    csv.close();
    const [head, ...rows] = rowsOf(readFileSync(path, 'utf8'));
    assert.equal(head![0], 'key');
    assert.equal(rows.length, 3_000);
    assert.ok(rows.every(([key, conversation], index) => key === `é-${index}` && conversation === `${index}`));
  });

  test('has its head when no request ended', () => {
    const path = join(folder, 'empty.csv');
    requestsCsv(path).close();
    assert.equal(readFileSync(path, 'utf8'), CSV_HEAD);
  });

  test('that cannot be opened is refused before the run', () => {
    const path = join(folder, 'no-such-folder', 'requests.csv');
    assert.throws(
      () => requestsCsv(path),
      (error) => isOutputFailure(error, /requests\.csv cannot be written: its folder does not exist/),
    );
  });

  test('on a full disk lets the run go on, and closing says so', { skip: !existsSync('/dev/full') }, () => {
    const csv = requestsCsv('/dev/full');
    for (let number = 0; number < 3_000; number++) csv.record(exampleRecord());
    assert.throws(
      () => csv.close(),
      (error) => isOutputFailure(error, /no space is left/),
    );
  });
});
