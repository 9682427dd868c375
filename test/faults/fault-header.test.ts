/** The header that asks for a fault: what it takes, and what it says of a value that it does not take. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fault } from '../../src/faults/fault.js';
import { parseFaultHeader } from '../../src/faults/fault-header.js';
import { HeaderProblem } from '../../src/faults/parameter-syntax.js';
import { faultKinds, faultNames } from '../../src/faults/registry.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';

function read(value: string): Fault {
  const fault = parseFaultHeader(value);
  assert.ok(fault !== 'none');
  return fault;
}

test('a bare kind has its defaults, and parameters are read by their types, with white space around them', () => {
  assert.deepEqual(read('rate_limit').parameters, { retry_after_secs: 60, limit: 'requests', after_ms: 0 });
  const { kind, number, parameters } = read(' rate_limit ; retry_after_secs = 3;limit=tokens ;after_ms=1.5; ');
  assert.equal(kind.name, 'rate_limit');
  assert.equal(faultNames[number - 1], 'rate_limit');
  assert.deepEqual(parameters, { retry_after_secs: 3, limit: 'tokens', after_ms: 1.5 });
  assert.deepEqual(read('server_error;status=503').parameters, { status: 503, after_ms: 0 });
  assert.equal(parseFaultHeader('none'), 'none');
});

test('what is wrong is said with what would be valid', () => {
  const cases: readonly (readonly [value: string, sentence: RegExp])[] = [
    ['', /^It is empty; it takes none or one of rate_limit, timeout, /],
    ['ratelimit', /^'ratelimit' is no kind of fault; it takes none or one of rate_limit, /],
    ['none;x=1', /^'none' has no parameters\.$/],
    ['rate_limit;3', /^'3' is not of the form name=value\.$/],
    [
      'rate_limit;retry=3',
      /no parameter 'retry'; it takes retry_after_secs \(an integer from 0 to 86400\), limit \(requests or tokens\)/,
    ],
    ['rate_limit;retry_after_secs=1.5', /'retry_after_secs' must be an integer from 0 to 86400, not '1\.5'\.$/],
    ['rate_limit;retry_after_secs=-1', /must be an integer from 0/],
    ['rate_limit;retry_after_secs=1e3', /must be an integer/],
    ['rate_limit;retry_after_secs=0x10', /must be an integer/],
    ['rate_limit;retry_after_secs=', /must be an integer from 0 to 86400, not ''\.$/],
    ['rate_limit;limit=days', /'limit' must be requests or tokens, not 'days'\.$/],
    ['server_error;status=501', /'status' must be 500 or 502 or 503 or 504, not '501'\.$/],
    ['rate_limit;limit=tokens;limit=tokens', /'limit' is given twice\.$/],
    ['empty_choice;n=1', /it takes none\.$/],
    [`${'x'.repeat(500)}`, /^'x{60}…' is no kind/],
    [`rate_limit${';a=1'.repeat(100)}`, /more than 32 parameters/],
    ['__proto__', /no kind of fault/],
    ['rate_limit;__proto__=1', /no parameter '__proto__'/],
    ['rate_limit;kind=timeout', /no parameter 'kind'/],
  ];
  for (const [value, sentence] of cases) {
    assert.throws(
      () => parseFaultHeader(value),
      (error) => {
        assert.ok(error instanceof HeaderProblem);
        assert.match(error.message, sentence);
        return true;
      },
    );
  }
});

/** A text that the header takes for a property, and the value that it stands for. */
function written(property: JsonSchema): fc.Arbitrary<readonly [text: string, value: unknown]> {
  if (property.enum !== undefined) return fc.constantFrom(...property.enum).map((value) => [String(value), value]);
  if (property.type === 'boolean') return fc.boolean().map((value) => [String(value), value]);
  const { minimum = 0, maximum = 1e6 } = property;
  if (property.type === 'integer')
    return fc.integer({ min: minimum, max: maximum }).map((value) => [String(value), value]);
  return fc
    .integer({ min: Math.ceil(minimum * 8), max: Math.floor(maximum * 8) })
    .map((eighths) => [String(eighths / 8), eighths / 8]);
}

const anyFault = fc.constantFrom(...faultKinds).chain(({ name, schema }) => {
  const values = Object.entries(schema.properties ?? {}).map(([key, property]) =>
    fc.option(written(property)).map((value) => ({ key, value })),
  );
  return fc.tuple(...values).map((given) => ({ name, given: given.filter(({ value }) => value !== null) }));
});

test('any parameters that a kind takes come out as they were written', () => {
  fc.assert(
    fc.property(anyFault, ({ name, given }) => {
      const header = [name, ...given.map(({ key, value }) => `${key}=${value?.[0]}`)].join(';');
      let fault: Fault;
      try {
        fault = read(header);
      } catch (error) {
        // Parameters that exclude each other are refused in a sentence.
        assert.ok(error instanceof HeaderProblem);
        return;
      }
      assert.equal(fault.kind.name, name);
      for (const { key, value } of given) assert.equal(fault.parameters[key], value?.[1]);
      assert.deepEqual(Object.keys(fault.parameters).sort(), Object.keys(fault.kind.schema.properties ?? {}).sort());
    }),
  );
});

test('any text at all is read or refused in a sentence', () => {
  const pieces = fc.array(
    fc.oneof(fc.constantFrom(...faultNames, ';', '=', 'after_ms', 'none', '1', ' '), fc.string()),
  );
  fc.assert(
    fc.property(pieces, (texts) => {
      try {
        parseFaultHeader(texts.join(''));
      } catch (error) {
        assert.ok(error instanceof HeaderProblem);
        assert.ok(error.message.length < 2_000);
      }
    }),
  );
});
