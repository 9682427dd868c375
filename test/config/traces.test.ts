/** Traces as a configuration names them: where files are looked for, what is read, and what is said of files that are of no use. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { traceKeyOf } from '../../src/config/trace-key.js';
import { formatTraces, reportTraces } from '../../src/config/trace-report.js';
import { packageRoot } from '../../src/kernel/package-root.js';

const folder = mkdtempSync(join(tmpdir(), 'traces-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const ROWS = 'ContextTokens,GeneratedTokens\n10,3\n20,4\n';

function problemsOf(load: () => unknown): string[] {
  try {
    load();
  } catch (error) {
    assert.ok(error instanceof ConfigurationFailure, String(error));
    return error.problems.map(({ path, message, origin }) => {
      const place = origin.kind === 'file' ? `${relative(folder, origin.file)}:${origin.line} ` : '';
      return `${place}${path} ${message}`;
    });
  }
  return [];
}

test('a relative path begins at the configuration file; models with one trace share its rows', () => {
  mkdirSync(join(folder, 'data'));
  write('data/rows.csv', ROWS);
  const file = write(
    'own.yaml',
    'providers:\n  a: {trace: {file: data/rows.csv}}\n  b: {extends: a}\n  c: {trace: {file: data/rows.csv, max_rows: 1}}\n',
  );
  const { traces, models, configuration } = createSnapshot(loadConfiguration({ file, environment: {} }), 1, 0);
  assert.equal(Object.keys(traces).length, 2);
  const rowsOf = (name: string) => traces[traceKeyOf(models.find((model) => model.name === name)!.trace)!];
  assert.deepEqual(rowsOf('a')?.columns, { inputTokens: [10, 20], outputTokens: [3, 4] });
  assert.equal(rowsOf('b'), rowsOf('a'));
  assert.equal(rowsOf('c')?.rows, 1);
  assert.equal('traces' in configuration, false);
  assert.deepEqual(structuredClone(JSON.parse(JSON.stringify(traces))), traces);
});

test('a report says what was read for which models', () => {
  const sample = join(packageRoot, 'docs/how-to/traces/burstgpt.csv');
  const object = { providers: { a: { trace: { file: sample } }, b: { extends: 'a' }, c: {} } };
  const reports = reportTraces(loadConfiguration({ object, environment: {} }));
  assert.deepEqual(formatTraces(reports), [
    `${sample}: 4 rows of input_tokens ("Request tokens"), output_tokens ("Response tokens"), e2e_ms ("Elapsed time"), arrival_ms ("Timestamp"), 1 without output left out (a, b)`,
  ]);
  const [{ columns } = assert.fail()] = reports;
  assert.deepEqual(Object.keys(columns), ['input_tokens', 'output_tokens', 'e2e_ms', 'arrival_ms']);
  assert.equal(columns.e2e_ms, 'Elapsed time');
  assert.deepEqual(reportTraces(loadConfiguration({ environment: {} })), []);
});

test('a report shows names of columns as they are in the file, without what a terminal would obey', () => {
  const name = '\u001b[2Jout\u202e';
  const file = write('odd.csv', `${name},ttft_ms\n3,5\n`);
  const object = { providers: { a: { trace: { file, columns: { output_tokens: name } } } } };
  const reports = reportTraces(loadConfiguration({ object, environment: {} }));
  assert.equal(reports[0]?.columns.output_tokens, name);
  assert.deepEqual(formatTraces(reports), [`${file}: 1 rows of output_tokens ("?[2Jout?"), ttft_ms (a)`]);
});

test('a path from anywhere but a file begins at the working directory', () => {
  const file = write('cwd.csv', ROWS);
  const object = { providers: { a: { trace: { file: relative(process.cwd(), file) } } } };
  assert.equal(Object.values(loadConfiguration({ object, environment: {} }).traces ?? {})[0]?.rows, 2);
  const environment = { LLM_SIM__PROVIDERS__GPT_4_1__TRACE__FILE: file };
  assert.equal(Object.values(loadConfiguration({ environment }).traces ?? {})[0]?.rows, 2);
});

test('without a trace there is none', () => {
  const configuration = loadConfiguration({ environment: {} });
  assert.equal('traces' in configuration, false);
  assert.deepEqual(createSnapshot(configuration, 1, 0).traces, {});
});

test('the trace of a model that is not enabled is not read', () => {
  const object = { providers: { a: { enabled: false, trace: { file: '/nowhere' } } } };
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ object, environment: {} })),
    [],
  );
});

test('a file that cannot be read is told once, at the key that names it', () => {
  const file = write('missing.yaml', 'providers:\n  a:\n    trace:\n      file: none.csv\n  b: {extends: a}\n');
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ file, environment: {} })),
    ['missing.yaml:4 providers.a.trace.file does not exist'],
  );
  for (const other of [folder, '/dev/null']) {
    const object = { providers: { a: { trace: { file: other } } } };
    assert.deepEqual(
      problemsOf(() => loadConfiguration({ object, environment: {} })),
      ['providers.a.trace.file must be a file'],
    );
  }
});

test('an empty path is no file, wherever it stands', () => {
  const content = 'providers: {a: {trace: {file: ""}}}';
  const expected = 'providers.a.trace.file must be a string of 1 to 4096 characters or null';
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ file: write('empty.yaml', content), environment: {} })),
    [`empty.yaml:1 ${expected}`],
  );
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ object: { providers: { a: { trace: { file: '' } } } }, environment: {} })),
    [expected],
  );
});

test('problems of a line are told with their line in the trace, once for all models that share it', () => {
  const trace = { file: write('bad.csv', 'GeneratedTokens\n3\nx\n') };
  const object = { providers: { a: { trace }, b: { trace } } };
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ object, environment: {} })),
    ['bad.csv:3 providers.a.trace.file "GeneratedTokens" must be a whole number from 0 to 10000000, not "x"'],
  );
});

test('the nearest prompt needs prompts', () => {
  const trace = { file: write('lengths.csv', 'output_tokens\n3\n'), row: 'nearest' };
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ object: { providers: { a: { trace } } }, environment: {} })),
    ['providers.a.trace.row must not be "nearest" for a trace without prompt tokens'],
  );
});

test('a large file is read as far as rows are wanted, and lines may be of any length', () => {
  const row = '12345,678\n';
  const big = write('big.csv', `ContextTokens,GeneratedTokens\n${row.repeat(300_000)}and then nonsense\n`);
  const object = { providers: { a: { trace: { file: big, max_rows: 150_000 } } } };
  assert.equal(Object.values(loadConfiguration({ object, environment: {} }).traces ?? {})[0]?.rows, 150_000);
  const long = write('long.jsonl', `{"output_tokens": 1}\n{"a": "${'x'.repeat(3_000_000)}"}\n{"output_tokens": 2}`);
  assert.deepEqual(
    problemsOf(() => loadConfiguration({ object: { providers: { a: { trace: { file: long } } } }, environment: {} })),
    ['long.jsonl:2 providers.a.trace.file has a line of more than 262144 characters'],
  );
});
