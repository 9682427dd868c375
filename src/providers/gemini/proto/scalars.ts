/**
 * Single values of proto-JSON: numbers may come as strings, enums as numbers and in any case, bytes as standard or URL-safe base64.
 * Source: the JSON mapping of Protocol Buffers, with the leniency that the real API shows.
 */
import type { EnumType, ScalarKind } from './descriptors.js';

/** What a value means, or undefined for one that the type does not take. */
export type Reading = { readonly value: unknown } | undefined;

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);
/** A date and a time of day with a zone. */
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
/** What google.protobuf.Timestamp holds: the years 1 to 9999, in milliseconds since 1970. */
const TIMESTAMP_MIN_MS = -62_135_596_800_000;
const TIMESTAMP_MAX_MS = 253_402_300_799_999;
const DURATION = /^-?\d{1,12}(?:\.\d{1,9})?s$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

const READERS: { readonly [kind in ScalarKind]: (value: unknown) => Reading } = {
  string: (value) => (typeof value === 'string' ? { value } : undefined),
  bool: readBool,
  bytes: (value) => (typeof value === 'string' && BASE64.test(value) ? { value } : undefined),
  int32: (value) => readInteger(value, INT32_MIN, INT32_MAX),
  int64: (value) => readInteger(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  float: readNumber,
  double: readNumber,
  duration: (value) =>
    typeof value === 'string' && DURATION.test(value) ? { value: Number.parseFloat(value) } : undefined,
  timestamp: readTimestamp,
};

/** A duration is read as seconds, a timestamp as milliseconds since 1970. */
export function readScalar(kind: ScalarKind, value: unknown): Reading {
  return READERS[kind](value);
}

export function readEnum({ values }: EnumType, value: unknown): Reading {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 ? { value: values[value] ?? values[0] } : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const known = values.find((candidate) => candidate.toUpperCase() === value.toUpperCase().replaceAll('-', '_'));
  return known === undefined ? undefined : { value: known };
}

function readBool(value: unknown): Reading {
  if (typeof value === 'boolean') return { value };
  return value === 'true' || value === 'false' ? { value: value === 'true' } : undefined;
}

function readNumber(value: unknown): Reading {
  if (typeof value === 'number') return { value };
  if (typeof value !== 'string' || value.trim() === '' || value.length > NUMBER_CHARS_MAX) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? { value: number } : undefined;
}

/** No number that a client means is longer. */
const NUMBER_CHARS_MAX = 64;

function readInteger(value: unknown, min: number, max: number): Reading {
  const reading = readNumber(value);
  if (reading === undefined) return undefined;
  const number = reading.value as number;
  return Number.isInteger(number) && number >= min && number <= max ? reading : undefined;
}

function readTimestamp(value: unknown): Reading {
  if (typeof value !== 'string' || !TIMESTAMP.test(value)) return undefined;
  const milliseconds = Date.parse(value);
  // Not a number, for a day that no month has, is in no range.
  return milliseconds >= TIMESTAMP_MIN_MS && milliseconds <= TIMESTAMP_MAX_MS ? { value: milliseconds } : undefined;
}
