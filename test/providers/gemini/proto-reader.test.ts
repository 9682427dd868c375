/** Requests as proto-JSON: what is lenient, what is bounded, and that nothing slips through. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApiError } from '../../../src/providers/contract.js';
import {
  anyValue,
  bool,
  bytes,
  duration,
  enumOf,
  float,
  int32,
  int64,
  list,
  type MessageType,
  mapOf,
  message,
  of,
  struct,
  text,
  timestamp,
} from '../../../src/providers/gemini/proto/descriptors.js';
import { readMessage } from '../../../src/providers/gemini/proto/proto-reader.js';

const MESSAGE: MessageType = message(
  'Sample',
  {
    oneWord: text,
    isSet: bool,
    rawBytes: bytes,
    small: int32,
    large: int64,
    ratio: float,
    timeLeft: duration,
    endTime: timestamp,
    color: enumOf('Color', 'COLOR_UNSPECIFIED', 'RED', 'DARK_BLUE'),
    names: list(text),
    inner: of(() => MESSAGE),
    inners: list(of(() => MESSAGE)),
    byName: mapOf(of(() => MESSAGE)),
    freeForm: struct,
    anything: anyValue,
    left: text,
    right: text,
  },
  { side: ['left', 'right'] },
);

const read = (json: unknown) => readMessage<{ [field: string]: unknown }>(MESSAGE, json, 'v1beta');

function violationsOf(json: unknown): string[] {
  try {
    read(json);
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return JSON.parse(error.reply.body).error.message.split('\n');
  }
  return [];
}

describe('a message is read', () => {
  const readings: readonly (readonly [json: unknown, message: object])[] = [
    [null, {}],
    [
      { oneWord: 'a', inner: { one_word: 'b' } },
      { oneWord: 'a', inner: { oneWord: 'b' } },
    ],
    [
      { small: '12', large: '9007199254740991', ratio: '0.5' },
      { small: 12, large: 9007199254740991, ratio: 0.5 },
    ],
    [
      { small: 3, ratio: 2 },
      { small: 3, ratio: 2 },
    ],
    [{ isSet: 'true' }, { isSet: true }],
    [{ rawBytes: 'AA-_' }, { rawBytes: 'AA-_' }],
    [{ rawBytes: 'AA+/AA==' }, { rawBytes: 'AA+/AA==' }],
    [{ color: 'dark_blue' }, { color: 'DARK_BLUE' }],
    [{ color: 1 }, { color: 'RED' }],
    [{ color: 99 }, { color: 'COLOR_UNSPECIFIED' }],
    [{ timeLeft: '1.5s' }, { timeLeft: 1.5 }],
    [{ endTime: '2026-01-02T03:04:05.250Z' }, { endTime: Date.UTC(2026, 0, 2, 3, 4, 5, 250) }],
    [{ endTime: '2026-01-02T03:04:05+02:00' }, { endTime: Date.UTC(2026, 0, 2, 1, 4, 5) }],
    [{ names: 'only' }, { names: ['only'] }],
    [{ inners: { small: 1 } }, { inners: [{ small: 1 }] }],
    [{ oneWord: null, names: null, inner: null, left: null, right: 'r' }, { right: 'r' }],
    [{ anything: null }, { anything: null }],
    [{ byName: { a: { small: 1 } } }, { byName: new Map([['a', { small: 1 }]]) }],
    [
      { freeForm: { a: [1] }, anything: 'x' },
      { freeForm: { a: [1] }, anything: 'x' },
    ],
  ];
  for (const [json, expected] of readings) {
    test(JSON.stringify(json), () => assert.deepEqual(read(json), expected));
  }

  test('with names of maps that objects have already', () => {
    const json = JSON.parse('{"byName": {"__proto__": {"small": 1}, "constructor": {"small": 2}}}');
    assert.deepEqual([...(read(json).byName as Map<string, unknown>).keys()], ['__proto__', 'constructor']);
  });
});

describe('a message is refused', () => {
  const refusals: readonly (readonly [json: unknown, ...violations: string[]])[] = [
    [1, 'Invalid JSON payload received. Unknown name "": Root element must be a message.'],
    [{ left: 'l', right: 'r' }, "Invalid value at '' (oneof), oneof field 'side' is already set. Cannot set 'right'"],
    [{ rawBytes: 'a b' }, 'Invalid value at \'raw_bytes\' (TYPE_BYTES), Base64 decoding failed for "a b"'],
    [
      { endTime: '2026-13-01T00:00:00Z' },
      "Invalid value at 'end_time' (type.googleapis.com/google.protobuf.Timestamp), Field 'endTime', Invalid time format: 2026-13-01T00:00:00Z",
    ],
    [
      { endTime: '0000-12-31T23:59:59Z' },
      "Invalid value at 'end_time' (type.googleapis.com/google.protobuf.Timestamp), Field 'endTime', Invalid time format: 0000-12-31T23:59:59Z",
    ],
    [
      { endTime: '9999-12-31T23:59:59-01:00' },
      "Invalid value at 'end_time' (type.googleapis.com/google.protobuf.Timestamp), Field 'endTime', Invalid time format: 9999-12-31T23:59:59-01:00",
    ],
    [
      { names: ['a', ['b']] },
      'Invalid JSON payload received. Unknown name "" at \'names[1]\': Proto field is not repeating, cannot start list.',
    ],
    [
      { byName: [] },
      'Invalid JSON payload received. Unknown name "byName": Proto field is not repeating, cannot start list.',
    ],
    [{ byName: { a: { small: 'x' } } }, 'Invalid value at \'by_name[0].value.small\' (TYPE_INT32), "x"'],
    [
      { freeForm: [] },
      'Invalid JSON payload received. Unknown name "freeForm": Proto field is not repeating, cannot start list.',
    ],
    [{ color: true }, "Invalid value at 'color' (type.googleapis.com/google.ai.generativelanguage.v1beta.Color), true"],
    [{ large: '1e999' }, 'Invalid value at \'large\' (TYPE_INT64), "1e999"'],
  ];
  for (const [json, ...violations] of refusals) {
    test(violations[0], () => assert.deepEqual(violationsOf(json), violations));
  }

  test('with names of prototypes as unknown fields', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      assert.deepEqual(violationsOf(JSON.parse(`{"${name}": 1}`)), [
        `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`,
      ]);
    }
  });

  test('when it is nested too deep, in messages and in free-form values', () => {
    const nested = (field: string, levels: number): object =>
      Array.from({ length: levels }).reduce<object>((json) => ({ [field]: json }), {});
    assert.deepEqual(violationsOf(nested('inner', 60)), []);
    assert.match(violationsOf(nested('inner', 100))[0], /Message too deep/);
    assert.deepEqual(violationsOf({ anything: nested('a', 60) }), []);
    assert.match(violationsOf({ anything: nested('a', 100) })[0], /Message too deep/);
    assert.match(violationsOf({ freeForm: nested('a', 10_000) })[0], /Message too deep/);
  });

  test('with a bounded number of violations, each of a bounded length', () => {
    const violations = violationsOf({ names: Array.from({ length: 5_000 }, () => ({})), small: 'x'.repeat(10_000) });
    assert.equal(violations.length, 100);
    const [violation] = violationsOf({ small: 'x'.repeat(10_000) });
    assert.ok(violation.length < 400);
  });
});
