import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../src/kernel/package-root.js';
import type { Trace } from '../../../src/latency/traces/trace.js';
import {
  LINE_CHARS_MAX,
  type TraceProblem,
  TraceReader,
  type TraceReaderOptions,
} from '../../../src/latency/traces/trace-reader.js';

interface Read {
  readonly trace: Trace;
  readonly problems: readonly TraceProblem[];
}

function read(text: string, options: Partial<TraceReaderOptions> = {}): Read {
  const reader = new TraceReader({ format: 'auto', columns: {}, maxRows: 1_000, ...options });
  for (const line of text.split('\n')) reader.readLine(line);
  return { trace: reader.end(), problems: reader.problems };
}

/** The samples that the guide shows. */
function sample(name: string): Read {
  return read(readFileSync(join(packageRoot, 'docs/how-to/traces', name), 'utf8'));
}

function problemsOf(text: string, options: Partial<TraceReaderOptions> = {}): string[] {
  return read(text, options).problems.map(({ line, message }) => `${line} ${message}`);
}

describe('public traces', () => {
  test("Azure's columns are prompts, replies and dates", () => {
    const { trace, problems } = sample('azure.csv');
    assert.deepEqual(problems, []);
    assert.deepEqual(trace, {
      rows: 6,
      columns: {
        inputTokens: [310, 1280, 95, 4020, 640, 95],
        outputTokens: [41, 12, 203, 88, 7, 154],
        arrivalMs: [0, 412, 1030, 1045, 2770.1, 3200],
      },
      names: { inputTokens: 'ContextTokens', outputTokens: 'GeneratedTokens', arrivalMs: 'TIMESTAMP' },
      withoutOutput: 0,
    });
  });

  test("BurstGPT's are seconds and the time of the whole answer; failed requests are left out and counted", () => {
    const { trace, problems } = sample('burstgpt.csv');
    assert.deepEqual(problems, []);
    assert.deepEqual(trace, {
      rows: 4,
      columns: {
        inputTokens: [150, 420, 230, 60],
        outputTokens: [50, 90, 160, 20],
        e2eMs: [2600, 4100, 9250, 1200],
        arrivalMs: [0, 3000, 9000, 28000],
      },
      names: {
        inputTokens: 'Request tokens',
        outputTokens: 'Response tokens',
        e2eMs: 'Elapsed time',
        arrivalMs: 'Timestamp',
      },
      withoutOutput: 1,
    });
    const first = 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,4,8,12,API log\n';
    assert.deepEqual(read(first).trace.columns, { inputTokens: [4], outputTokens: [8], arrivalMs: [0] });
  });

  test("Mooncake's are JSON lines with milliseconds", () => {
    const { trace, problems } = sample('mooncake.jsonl');
    assert.deepEqual(problems, []);
    assert.deepEqual(trace.columns, {
      inputTokens: [1024, 1536, 700, 2048],
      outputTokens: [60, 24, 110, 75],
      arrivalMs: [0, 350, 350, 1210],
    });
  });

  test('of two columns for one quantity the first that gives a value lends its name', () => {
    assert.deepEqual(read('ttft_secs,output_tokens\n,5\n0.25,6\n').trace.names, {
      outputTokens: 'output_tokens',
      ttftMs: 'ttft_secs',
    });
    const json = '{"output_tokens": 5, "ttft_ms": null}\n{"output_len": 6, "ttft_secs": 1}\n';
    assert.deepEqual(read(json).trace.names, { outputTokens: 'output_tokens', ttftMs: 'ttft_secs' });
  });
});

describe('columns', () => {
  test('measured delays are known by their names and units', () => {
    assert.deepEqual(sample('measured.csv').trace.columns, {
      inputTokens: [100, 100, 900, 2500],
      outputTokens: [30, 60, 45, 20],
      ttftMs: [210.5, 190, 480, 1150],
      itlMs: [11.25, 12, 12.5, 14],
    });
    assert.deepEqual(read('output_len,TTFT secs,tpot-ms,E2E_secs\n3,0.25,7,1.5\n').trace.columns, {
      outputTokens: [3],
      ttftMs: [250],
      itlMs: [7],
      e2eMs: [1500],
    });
  });

  test('a configuration may name any other, which then counts before a known one', () => {
    const columns = { output_tokens: 'n', ttft_secs: 'first', timestamp_ms: 'timestamp' };
    const text = 'n,output_tokens,first,timestamp\n5,6,0.1,1000\n7,8,0.2,1500\n';
    assert.deepEqual(read(text, { columns }).trace.columns, {
      outputTokens: [5, 7],
      ttftMs: [100, 200],
      arrivalMs: [0, 500],
    });
  });

  test('an entry that a row lacks is marked, in CSV and JSON', () => {
    assert.deepEqual(read('output_tokens,ttft_ms\n5,\n6,20\n').trace.columns, {
      outputTokens: [5, 6],
      ttftMs: [-1, 20],
    });
    const json = '{"output_tokens": 5}\n{"ttft_ms": null, "output_tokens": "6"}\n{"ttft_ms": 3, "timestamp": 4}\n';
    assert.deepEqual(read(json).trace.columns, {
      outputTokens: [5, 6, -1],
      ttftMs: [-1, -1, 3],
      arrivalMs: [-1, -1, 0],
    });
  });

  test('a byte order mark, quotes, blanks, empty lines and carriage returns are no part of them', () => {
    const text = '\uFEFF"GeneratedTokens" , "what, ""else"""\r\n\r\n "12" ,x\r\n13,"y"\r\n';
    assert.deepEqual(read(text).trace.columns, { outputTokens: [12, 13] });
  });

  test('dates may name their zone', () => {
    const text =
      'timestamp,output_tokens\n2024-05-10 00:00:00.250+00:00,1\n2024-05-10T02:00:01+0200,1\n2024-05-10 00:00:00Z,1\n';
    assert.deepEqual(read(text).trace.columns.arrivalMs, [250, 1000, 0]);
  });

  test('no more rows are read than are wanted', () => {
    const { trace } = read('output_tokens\n1\n2\n3\nfour\n', { maxRows: 3 });
    assert.deepEqual(trace.columns.outputTokens, [1, 2, 3]);
  });
});

describe('problems', () => {
  const cases: readonly (readonly [string, string, readonly string[], Partial<TraceReaderOptions>?])[] = [
    ['an empty file', '', ['1 has no row with a reply']],
    ['a heading alone', 'output_tokens\n', ['2 has no row with a reply']],
    ['failures alone', 'output_tokens\n0\n0\n', ['4 has no row with a reply']],
    [
      'columns of which none is known',
      'a,b\n1,2\n',
      [
        '1 has no column of output tokens, TTFT, ITL or E2E time that is known (its columns: "a", "b"): name them under columns',
      ],
    ],
    [
      'a named column that the heading lacks',
      'a,output_tokens\n1,2\n',
      ['1 has no column "b"'],
      { columns: { ttft_ms: 'b' } },
    ],
    [
      'a named key that no object has',
      '{"output_tokens": 2}\n',
      ['1 has no row with "b"'],
      { columns: { ttft_ms: 'b' } },
    ],
    [
      'values that are no numbers in range',
      'output_tokens,ttft_ms,timestamp\nx,1,1\n1.5,1,1\n-1,1,1\n1,-3,1\n1,3600001,1\n1,1e999,1\n1,NaN,1\n1,1,soon\n1,1,2024-13-01 00:00:00\n',
      [
        '2 "output_tokens" must be a whole number from 0 to 10000000, not "x"',
        '3 "output_tokens" must be a whole number from 0 to 10000000, not "1.5"',
        '4 "output_tokens" must be a whole number from 0 to 10000000, not "-1"',
        '5 "ttft_ms" must be a number from 0 to 3600000, not "-3"',
        '6 "ttft_ms" must be a number from 0 to 3600000, not "3600001"',
        '7 "ttft_ms" must be a number from 0 to 3600000, not "1e999"',
        '8 "ttft_ms" must be a number from 0 to 3600000, not "NaN"',
        '9 "timestamp" must be a number or a date and time, not "soon"',
        '10 "timestamp" must be a number or a date and time, not "2024-13-01 00:00:00"',
      ],
    ],
    [
      'rows of another width, and open quotes',
      'output_tokens,b\n1\n1,2,3\n"1,2\n"1"x,2\n',
      [
        '2 must have 2 fields as the heading has, not 1',
        '3 must have 2 fields as the heading has, not 3',
        '4 has a quote that is not closed',
        '5 has a quote that is not closed',
      ],
    ],
    [
      'lines that are no objects',
      '{"output_tokens": 1}\n[1]\n{"output_tokens": 1\nnull\n{"output_tokens": {"a": 1}}\n{"output_tokens": [1]}\n{"output_tokens": true}\n',
      [
        '2 must be a JSON object',
        '3 is not valid JSON',
        '4 must be a JSON object',
        '5 "output_tokens" must be a whole number from 0 to 10000000, not {"a":1}',
        '6 "output_tokens" must be a whole number from 0 to 10000000, not [1]',
        '7 "output_tokens" must be a whole number from 0 to 10000000, not true',
      ],
    ],
    [
      'CSV that is said to be JSON',
      'output_tokens\n1\n',
      ['1 is not valid JSON', '2 must be a JSON object'],
      { format: 'jsonl' },
    ],
  ];
  for (const [title, text, expected, options] of cases) {
    test(`of ${title} are told with their lines`, () => {
      assert.deepEqual(problemsOf(text, options), expected);
    });
  }

  test('are told up to a bound, and a line beyond every measure is one of them', () => {
    assert.equal(problemsOf(`output_tokens\n${'x\n'.repeat(1_000)}`).length, 20);
    const long = 'x'.repeat(LINE_CHARS_MAX + 1);
    assert.deepEqual(problemsOf(`output_tokens\n1\n${long}\n`), [
      `3 has a line of more than ${LINE_CHARS_MAX} characters`,
    ]);
  });

  test('are all that hostile lines cause, quickly', () => {
    const quotes = `${'"'.repeat(100_001)}`;
    const deep = `{"output_tokens": 1, "a": ${'['.repeat(100_000)}`;
    for (const line of [
      quotes,
      deep,
      '"a'.repeat(50_000),
      ' '.repeat(200_000),
      '{"__proto__": {"output_tokens": 1}}',
    ]) {
      assert.ok(Array.isArray(read(`output_tokens\n${line}\n${line}`).problems));
      assert.ok(Array.isArray(read(line).problems));
    }
  });

  test('whatever the bytes are, what is kept is whole: every column as long as the rows, every entry in range', () => {
    const cell = fc.oneof(
      fc.integer({ min: -3, max: 1e9 }).map(String),
      fc.constantFrom('', '"', '1.5', '1e3', 'a,b', '0'),
    );
    const line = fc.oneof(
      fc.array(cell, { maxLength: 4 }).map((cells) => cells.join(',')),
      fc.json({ maxDepth: 3 }),
      fc.string({ maxLength: 30 }),
    );
    const heading = fc.constantFrom('ContextTokens,GeneratedTokens,ttft_ms', 'Timestamp,Response tokens', '{}', 'a');
    fc.assert(
      fc.property(heading, fc.array(line, { maxLength: 12 }), (first, rest) => {
        const { trace } = read([first, ...rest].join('\n'));
        for (const [field, values] of Object.entries(trace.columns)) {
          assert.equal(values.length, trace.rows, field);
          for (const value of values) assert.ok(value >= -1 && value <= Number.MAX_SAFE_INTEGER, `${field} ${value}`);
        }
      }),
      { seed: 11 },
    );
  });
});
