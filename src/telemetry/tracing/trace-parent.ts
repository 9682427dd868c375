/**
 * What a request says of the trace that it belongs to. Source: W3C Trace Context, level 1 with the flags of level 2.
 *
 *   traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
 *                version-trace id-parent id-flags
 *
 * Invariants: what is not well-formed to the letter counts as absent, as section 4.3 asks; a `tracestate` is looked at only beside a valid
 * `traceparent`, and is carried within bounds.
 */

/** Which span of which trace a request was sent from. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  /** Whether the caller recorded its own span. */
  readonly isSampled: boolean;
}

const FIELDS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const INVALID_VERSION = 'ff';
/** The one version so far, which allows nothing behind the flags. Later ones are read as far as this one goes. */
const KNOWN_VERSION = '00';
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const SAMPLED = 1;

/** A longer value is of no version that anybody wrote: version 00 has 55 characters. */
const TRACEPARENT_CHARS_MAX = 512;

/** @param value of the header; several of them come joined by commas, which is not well-formed */
export function parseTraceParent(value: string | undefined): TraceParent | undefined {
  if (value === undefined || value.length > TRACEPARENT_CHARS_MAX) return undefined;
  const fields = FIELDS.exec(value);
  if (fields === null) return undefined;
  const [, version, traceId, spanId, flags, rest] = fields;
  if (version === INVALID_VERSION || (version === KNOWN_VERSION && rest !== undefined)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** As much as every participant has to be able to pass on (section 3.3.1.5). */
const TRACESTATE_CHARS_MAX = 512;
/** List members (section 3.3.1.1). */
const MEMBERS_MAX = 32;
/** Where not all fit, longer ones go first (section 3.3.1.5). */
const LONG_MEMBER_CHARS = 128;
/** A longer one is not looked at: 32 members of the longest kind are no longer than 32 times 513 characters, and nobody sends those. */
const TRACESTATE_READ_MAX = 8_192;

const KEY = '[a-z][a-z0-9_\\-*/]{0,255}|[a-z0-9][a-z0-9_\\-*/]{0,240}@[a-z][a-z0-9_\\-*/]{0,13}';
/** Printable ASCII without comma and equals sign. */
const VALUE = '[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{1,256}';
const MEMBER = new RegExp(`^(${KEY})=${VALUE}$`);

/** The list as it is carried on: undefined where there is none, or where a member is malformed or comes twice, which voids it whole. */
export function carriedTraceState(value: string | undefined): string | undefined {
  if (value === undefined || value.length > TRACESTATE_READ_MAX) return undefined;
  const members = value
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  if (members.length === 0 || members.length > MEMBERS_MAX || !areWellFormed(members)) return undefined;
  return fitted(members).join(',') || undefined;
}

function areWellFormed(members: readonly string[]): boolean {
  const keys = new Set<string>();
  for (const member of members) {
    const key = MEMBER.exec(member)?.[1];
    if (key === undefined || keys.has(key)) return false;
    keys.add(key);
  }
  return true;
}

/** The newest stand first, so what does not fit goes from the end. */
function fitted(members: readonly string[]): readonly string[] {
  if (charsOf(members) <= TRACESTATE_CHARS_MAX) return members;
  const kept = members.filter(({ length }) => length <= LONG_MEMBER_CHARS);
  while (charsOf(kept) > TRACESTATE_CHARS_MAX) kept.pop();
  return kept;
}

function charsOf(members: readonly string[]): number {
  return members.reduce((sum, { length }) => sum + length + 1, -1);
}
