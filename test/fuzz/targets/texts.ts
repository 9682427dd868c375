/** Texts that clients and operators write in a syntax of ours or of the internet's: each is read, or refused with the error meant for it. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { parseScenarioFlag } from '../../../src/cli/scenario-flag.js';
import { parseVariable } from '../../../src/config/yaml-layer.js';
import { parsePattern } from '../../../src/content/json/pattern/syntax.js';
import { parseLatencyHeader } from '../../../src/engine/latency-header.js';
import { parseFaultHeader } from '../../../src/faults/fault-header.js';
import { HeaderProblem } from '../../../src/faults/parameter-syntax.js';
import { faultNames } from '../../../src/faults/registry.js';
import { matchesGlob } from '../../../src/kernel/text-pattern.js';
import { csvFields } from '../../../src/latency/traces/csv-line.js';
import { TraceReader } from '../../../src/latency/traces/trace-reader.js';
import { AddressList } from '../../../src/server/handlers/address-list.js';
import { clientAddressOf } from '../../../src/server/handlers/client-address.js';
import { cursorText, parseCursor } from '../../../src/server/journal/journal-cursor.js';
import type { FuzzTarget } from '../contract.js';

interface Syntax {
  /** What its texts are made of. */
  readonly pieces: readonly string[];
  /** @throws what the text breaks */
  readonly read: (text: string) => void;
}

const PROXIES = new AddressList(['10.0.0.0/8', '::1', 'fd00::/8']);
const TRACE = [
  'input_tokens',
  'output_tokens',
  'ttft',
  'timestamp',
  ',',
  '\n',
  '\r\n',
  '"',
  '1',
  '-1',
  '0.5',
  'NaN',
  '{"a":',
  '{}',
];

const SYNTAXES: { readonly [name: string]: Syntax } = {
  'fault header': {
    pieces: [
      ...faultNames,
      'none',
      ';',
      '=',
      'retry_after_secs',
      'after_tokens',
      '3',
      '-1',
      '1e999',
      'true',
      '__proto__',
      ' ',
    ],
    read: (text) => refusedBy(HeaderProblem, () => parseFaultHeader(text)),
  },
  'latency header': {
    pieces: ['ttft_ms', 'itl_ms', 'factor', '=', ';', '5', '0.5', '-0', '1e999', '0x10', ' ', 'toString'],
    read: (text) =>
      refusedBy(HeaderProblem, () => {
        const { ttftMs = 0, itlMs = 0, ttftFactor, itlFactor } = parseLatencyHeader(text);
        for (const value of [ttftMs, itlMs, ttftFactor, itlFactor])
          assert.ok(Number.isFinite(value) && value >= 0, String(value));
      }),
  },
  'scenario flag': {
    pieces: ['brownout', ':', ';', '=', '300', '1e9', '-', '.', 'error_rate', '0.2', ' ', '__proto__'],
    read: (text) => refusedBy(RangeError, () => parseScenarioFlag(text)),
  },
  'journal cursor': {
    pieces: [Buffer.from('["newest",[[0,"a",1]]]').toString('base64url'), 'W10', 'bnVsbA', '=', '-', '_', 'W1tdLFtdXQ'],
    read: (text) => {
      const cursor = parseCursor(text);
      if (cursor !== undefined) assert.deepEqual(parseCursor(cursorText(cursor)), cursor);
    },
  },
  'client address': {
    pieces: [
      '10.0.0.1',
      '203.0.113.5',
      '::1',
      '::ffff:1.2.3.4',
      '[',
      ']',
      ':80',
      ',',
      'for=',
      '"',
      ';',
      '%eth0',
      'unknown',
      ' ',
    ],
    read: (text) => {
      for (const headers of [
        { 'x-forwarded-for': text },
        { forwarded: text },
        { 'x-forwarded-for': text, forwarded: text },
      ]) {
        const header = (name: string) => (headers as { readonly [name: string]: string })[name];
        const address = clientAddressOf({ header, remoteAddress: () => '10.0.0.9' }, PROXIES);
        assert.ok(address === undefined || isIP(address) !== 0, String(address));
        assert.equal(clientAddressOf({ header, remoteAddress: () => '192.0.2.1' }, PROXIES), '192.0.2.1');
      }
    },
  },
  variable: {
    pieces: [
      '{',
      '}',
      '[',
      ']',
      ':',
      ' ',
      '&a',
      '*a',
      '<<',
      '!!',
      '"',
      "'",
      '|',
      '>',
      '\n',
      '-',
      '1',
      '~',
      '?',
      '__proto__',
    ],
    read: (text) => void parseVariable(text),
  },
  'csv line': {
    pieces: ['"', '""', ',', ' ', 'a', '\r'],
    read: (text) => {
      const fields = csvFields(text);
      if (fields === undefined) return;
      const written = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',');
      assert.deepEqual(csvFields(written), fields);
    },
  },
  'trace file': {
    pieces: TRACE,
    read: (text) => {
      for (const format of ['auto', 'csv', 'jsonl'] as const) {
        const reader = new TraceReader({ format, columns: {}, maxRows: 100 });
        for (const line of text.split('\n')) reader.readLine(line);
        for (const values of Object.values(reader.end().columns)) {
          assert.ok(
            values.every((value: number) => Number.isFinite(value)),
            String(values),
          );
        }
        for (const { line, message } of reader.problems) assert.ok(line >= 0 && message !== '');
      }
    },
  },
  glob: {
    pieces: ['*', 'a', 'b', '**', '.', 'gpt-', '\n'],
    read: (text) => {
      const [glob = '', ...rest] = text.split('\n');
      const subject = rest.join('\n');
      const expression = new RegExp(`^${glob.split('*').map(escaped).join('[^]*?')}$`);
      // The expression is exponential in the stars where the glob is not.
      if (glob.split('*').length < 6) assert.equal(matchesGlob(glob, subject), expression.test(subject));
    },
  },
  pattern: {
    pieces: [
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '?',
      '*',
      '+',
      '|',
      '^',
      '$',
      '\\d',
      '\\p{L}',
      '\\1',
      '(?=',
      '(?<a>',
      '.',
      'a',
      '-',
      '1',
      ',',
    ],
    read: (text) => {
      for (const flags of ['', 'u', 'v']) void parsePattern(text, flags);
    },
  },
};

interface Text {
  readonly syntax: string;
  readonly text: string;
}

const inputs: fc.Arbitrary<Text> = fc.oneof(
  ...Object.entries(SYNTAXES).map(([syntax, { pieces }]) => {
    const piece = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.string({ maxLength: 3 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }) },
      { weight: 1, arbitrary: fc.integer().map(String) },
    );
    const text = fc.array(piece, { maxLength: 16, size: 'max' }).map((all) => all.join(''));
    return fc.record({ syntax: fc.constant(syntax), text });
  }),
);

export const textTarget: FuzzTarget<Text> = {
  name: 'texts',
  promise:
    'what reads headers, flags, cursors, addresses, traces and patterns reads any text or refuses it with its own error',
  weight: 1,
  inputs,
  open: async () => ({ execute: ({ syntax, text }) => SYNTAXES[syntax].read(text), close: async () => {} }),
};

function refusedBy(kind: new (...args: never[]) => Error, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    assert.match(error.message, /\S/);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\/-]/g, '\\$&');
}
