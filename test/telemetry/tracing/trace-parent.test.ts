/** What W3C Trace Context says of its two headers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { carriedTraceState, parseTraceParent } from '../../../src/telemetry/tracing/trace-parent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));
const identifier = (length: number) => hex(length).filter((text) => /[1-9a-f]/.test(text));

describe('traceparent', () => {
  test('is read where it is well-formed, and its lowest flag decides', () => {
    fc.assert(
      fc.property(identifier(32), identifier(16), hex(2), (traceId, spanId, flags) => {
        const isSampled = Number.parseInt(flags, 16) % 2 === 1;
        assert.deepEqual(parseTraceParent(`00-${traceId}-${spanId}-${flags}`), { traceId, spanId, isSampled });
      }),
    );
  });

  test('of a later version is read as far as version 00 goes', () => {
    const later = hex(2).filter((version) => version !== '00' && version !== 'ff');
    fc.assert(
      fc.property(later, fc.string({ maxLength: 40 }), (version, rest) => {
        const known = { traceId: TRACE, spanId: SPAN, isSampled: true };
        const value = `${version}-${TRACE}-${SPAN}-01`;
        assert.deepEqual(parseTraceParent(value), known);
        const oneLine = rest.replace(/[\r\n\u2028\u2029]/g, '');
        assert.deepEqual(parseTraceParent(`${value}-${oneLine}`), known);
      }),
    );
  });

  for (const [what, value] of [
    ['absent', undefined],
    ['empty', ''],
    ['of version ff', `ff-${TRACE}-${SPAN}-01`],
    ['of version 00 with something behind it', `00-${TRACE}-${SPAN}-01-what`],
    ['of version 00 with a hyphen behind it', `00-${TRACE}-${SPAN}-01-`],
    ['of a later version, without a hyphen before the rest', `01-${TRACE}-${SPAN}-01what`],
    ['without a trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['without a span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['in upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['with a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['with a long trace', `00-${TRACE}0-${SPAN}-01`],
    ['with a short span', `00-${TRACE}-${SPAN.slice(1)}-01`],
    ['with one digit of flags', `00-${TRACE}-${SPAN}-1`],
    ['with letters beyond f', `00-${TRACE}-${SPAN}-0g`],
    ['sent twice', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ['in white space', ` 00-${TRACE}-${SPAN}-01`],
    ['very long', `01-${TRACE}-${SPAN}-01-${'x'.repeat(600)}`],
  ] as const) {
    test(`${what} counts as absent`, () => assert.equal(parseTraceParent(value), undefined));
  }

  test('that has any character changed is still well-formed, or counts as absent', () => {
    const value = `00-${TRACE}-${SPAN}-01`;
    fc.assert(
      fc.property(fc.nat(value.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        const changed = value.slice(0, at) + character + value.slice(at + 1);
        const isWellFormed = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(changed);
        assert.equal(parseTraceParent(changed) !== undefined, isWellFormed && !changed.startsWith('ff'));
      }),
    );
  });
});

const key = fc.stringMatching(/^[a-z][a-z0-9_*/-]{0,20}$/);
const value = fc.stringMatching(/^[!-+\--<>-~]{1,30}$/);
const member = fc.tuple(key, value).map((pair) => pair.join('='));

describe('tracestate', () => {
  test('of few short members is carried as it is, but for white space', () => {
    const members = fc.uniqueArray(member, {
      minLength: 1,
      maxLength: 8,
      selector: (text) => text.slice(0, text.indexOf('=')),
    });
    const space = fc.constantFrom('', ' ', '\t', '  ');
    fc.assert(
      fc.property(members, space, space, (list, before, behind) => {
        assert.equal(carriedTraceState(list.join(`${before},${behind}`)), list.join(','));
      }),
    );
  });

  for (const [what, text] of [
    ['no member', ' , '],
    ['33 members', Array.from({ length: 33 }, (_, index) => `k${index}=v`).join(',')],
    ['a key twice', 'a=1,b=2,a=3'],
    ['a key in upper case', 'A=1'],
    ['a key of a tenant that is too long', `${'a'.repeat(242)}@v=1`],
    ['a key of a vendor that is too long', `t@${'v'.repeat(15)}=1`],
    ['a value with an equals sign', 'a=b=c'],
    ['a value that is too long', `a=${'x'.repeat(257)}`],
    ['no value', 'a='],
    ['no equals sign', 'a'],
    ['a value beyond ASCII', 'a=é'],
    ['more than anybody sends', 'a=1,'.repeat(3_000)],
  ] as const) {
    test(`with ${what} is dropped whole`, () => assert.equal(carriedTraceState(text), undefined));
  }

  test('loses long members first where it is too long, then those at its end', () => {
    const long = `long=${'x'.repeat(200)}`;
    const short = Array.from({ length: 12 }, (_, index) => `k${index}=${'y'.repeat(40)}`);
    const carried = carriedTraceState([long, ...short].join(','));
    assert.ok(carried !== undefined && carried.length <= 512);
    const kept = carried.split(',');
    assert.deepEqual(kept, short.slice(0, kept.length));
    assert.ok([...kept, short[kept.length]].join(',').length > 512, 'no more would fit');
  });

  test('is never longer than 512 characters, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(member, fc.string()), { maxLength: 40 }), (list) => {
        const carried = carriedTraceState(list.join(','));
        assert.ok(carried === undefined || (carried.length > 0 && carried.length <= 512));
      }),
    );
  });
});
