/**
 * What `llm-simulator plan` is asked about: a JSON text and flags, as a request. The text is a body, for the endpoint or the path that the
 * flags name, or an envelope that names them itself.
 *
 *   {"model": "gpt-4o", "messages": […]}                                  a body, for chat completions unless a flag says otherwise
 *   {"path": "/v1/messages", "headers": {…}, "body": {…}}                 an envelope: no body of any API has `path` or `endpoint`
 *
 * Invariant: a bare body goes to the planner as the bytes that came in, so that it is parsed exactly as a server parses it.
 */
import { suggestChoice } from '../config/suggestions.js';
import { REQUEST_KEY_HEADER } from '../engine/request-headers.js';
import { Failure } from '../kernel/failure.js';
import { isObject } from '../kernel/json-object.js';
import { endpoints } from '../providers/registry.js';
import { DURATION_SECS_MAX } from '../scenarios/contract.js';
import type { PlannableRequest } from '../server/request-planner.js';

/** Where a body goes unless anything says otherwise: most clients speak it. */
export const ENDPOINT_DEFAULT = 'openai.chat.completions';
/** More than any server takes: its own limit is node's, on all headers together. */
const HEADER_CHARS_MAX = 1_048_576;

export interface RequestFlags {
  readonly endpoint?: string;
  readonly path?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly requestId?: string;
  readonly occurrence?: number;
  /** When the request arrives, s since the server's start. */
  readonly atSecs?: number;
}

export interface AskedPlan {
  readonly request: PlannableRequest;
  /** The endpoint that was named, which its path must lead to. */
  readonly endpoint: string | undefined;
}

/** @throws Failure INPUT_INVALID */
export function inputFailure(message: string, hint: string): Failure {
  return new Failure('INPUT_INVALID', message, { hint });
}

/**
 * Checks the flags by themselves, before anything is read.
 * @throws Failure USAGE_INVALID
 */
export function checkFlags(flags: RequestFlags): void {
  try {
    targetOf(flags, 'POST');
    headersOf({}, flags);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('USAGE_INVALID', error.message, { hint: error.hint });
  }
}

/**
 * Reads one request.
 * @throws Failure INPUT_INVALID for what is no request; a request that the API rejects is one
 */
export function requestOf(bytes: Uint8Array, flags: RequestFlags): AskedPlan {
  const empty = bytes.every((byte) => byte <= 0x20);
  const value = empty ? undefined : parse(bytes);
  const named = flags.endpoint !== undefined || flags.path !== undefined;
  if (!named && isEnvelope(value)) return envelopeRequest(value, flags);
  const target = targetOf(flags, empty ? 'GET' : 'POST');
  if (empty && target.method !== 'GET' && target.method !== 'DELETE')
    throw inputFailure('standard input holds no request', 'Give the request on standard input: … plan < request.json');
  return asked(target, headersOf({}, flags), empty ? new Uint8Array(0) : bytes, flags);
}

interface Target {
  readonly endpoint: string | undefined;
  readonly method: string;
  readonly path: string;
}

function asked(
  { endpoint, method, path }: Target,
  headers: ReadonlyMap<string, string>,
  body: Uint8Array,
  { atSecs = 0, occurrence }: Pick<RequestFlags, 'atSecs' | 'occurrence'>,
): AskedPlan {
  const counted = occurrence === undefined ? {} : { occurrence };
  return { endpoint, request: { method, path, headers, body, atUs: atSecs * 1e6, ...counted } };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw inputFailure(
      `the request is not JSON: ${(error as Error).message}`,
      'For the answer to a body that is no JSON, give it as text: {"path": "/v1/…", "body_text": "…"}',
    );
  }
}

function targetOf(
  { endpoint, path, method }: Pick<RequestFlags, 'endpoint' | 'path' | 'method'>,
  fallback: string,
): Target {
  if (path !== undefined) {
    if (!/^\/[\x21-\x7e]*$/.test(path))
      throw inputFailure(
        `${JSON.stringify(path)} is no path of a request line`,
        'It begins with / and has no spaces: /v1/messages',
      );
    return { endpoint, method: method ?? fallback, path };
  }
  const name = endpoint ?? ENDPOINT_DEFAULT;
  const found = endpoints.find((candidate) => candidate.endpoint.name === name)?.endpoint;
  if (found === undefined) {
    const names = endpoints.map((candidate) => candidate.endpoint.name);
    throw inputFailure(
      `there is no endpoint ${JSON.stringify(name)}`,
      suggestChoice(name, names) ?? `One of: ${names.join(', ')}`,
    );
  }
  const [first] = found.paths;
  if (first.includes('/:') || found.verb !== undefined) {
    const example = `${first}${found.verb === undefined ? '' : `:${found.verb}`}`;
    throw inputFailure(`${name} has more than its name in its path`, `Give the path instead, filled in: ${example}`);
  }
  return { endpoint: name, method: method ?? found.method, path: first };
}

interface Envelope {
  readonly [key: string]: unknown;
}

const ENVELOPE_KEYS = [
  'endpoint',
  'method',
  'path',
  'headers',
  'body',
  'body_text',
  'request_id',
  'occurrence',
  'at_secs',
];

function isEnvelope(value: unknown): value is Envelope {
  return isObject(value) && (Object.hasOwn(value, 'path') || Object.hasOwn(value, 'endpoint'));
}

function envelopeRequest(envelope: Envelope, flags: RequestFlags): AskedPlan {
  const unknown = Object.keys(envelope).find((key) => !ENVELOPE_KEYS.includes(key));
  if (unknown !== undefined) {
    const hint = suggestChoice(unknown, ENVELOPE_KEYS) ?? `An envelope has: ${ENVELOPE_KEYS.join(', ')}`;
    throw inputFailure(`an envelope has no ${JSON.stringify(unknown)}`, hint);
  }
  const text = (key: string): string | undefined => optionalText(envelope, key);
  const { at_secs: atSecs = flags.atSecs, headers = {}, occurrence = flags.occurrence } = envelope;
  if (!isObject(headers))
    throw inputFailure('headers must be an object of names and texts', '{"headers": {"x-api-key": "…"}}');
  if (occurrence !== undefined && !(Number.isSafeInteger(occurrence) && Number(occurrence) >= 1))
    throw inputFailure('occurrence must be an integer from 1', '1 is the first of equal requests.');
  if (atSecs !== undefined && !(typeof atSecs === 'number' && atSecs >= 0 && atSecs <= DURATION_SECS_MAX))
    throw inputFailure(`at_secs must be a number from 0 to ${DURATION_SECS_MAX}`, "Seconds since the server's start.");
  const body = bodyOf(envelope, text('body_text'));
  const method = text('method') ?? flags.method;
  const target = targetOf(
    { endpoint: text('endpoint'), path: text('path'), method },
    body === undefined ? 'GET' : 'POST',
  );
  const requestId = text('request_id') ?? flags.requestId;
  const all = headersOf(headers, { ...flags, ...(requestId === undefined ? {} : { requestId }) });
  const given = occurrence === undefined ? {} : { occurrence: occurrence as number };
  return asked(target, all, body ?? new Uint8Array(0), { ...given, ...(atSecs === undefined ? {} : { atSecs }) });
}

function optionalText(envelope: Envelope, key: string): string | undefined {
  const value = envelope[key];
  if (value === undefined || typeof value === 'string') return value;
  throw inputFailure(`${key} must be a text`, `{"${key}": "…"}`);
}

function bodyOf(envelope: Envelope, bodyText: string | undefined): Uint8Array | undefined {
  if (bodyText !== undefined) {
    if (envelope.body !== undefined)
      throw inputFailure('an envelope has body or body_text, not both', 'Leave one out.');
    return Buffer.from(bodyText);
  }
  if (envelope.body === undefined) return undefined;
  try {
    return Buffer.from(JSON.stringify(envelope.body));
  } catch {
    throw inputFailure('body is nested too deeply to be written again', 'Give it as text: "body_text"');
  }
}

/** The flags' headers come behind the envelope's; equal names are joined as a server joins them. */
function headersOf(given: Envelope, { header = [], requestId }: RequestFlags): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) addHeader(headers, name, value);
  for (const line of header) {
    const colon = line.indexOf(':');
    addHeader(headers, colon < 0 ? line : line.slice(0, colon), colon < 0 ? undefined : line.slice(colon + 1));
  }
  if (requestId !== undefined) headers.delete(REQUEST_KEY_HEADER);
  if (requestId !== undefined) addHeader(headers, REQUEST_KEY_HEADER, requestId);
  return headers;
}

function addHeader(headers: Map<string, string>, name: string, value: unknown): void {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(name) || typeof value !== 'string')
    throw inputFailure(
      `${JSON.stringify(name)} is no header with a text`,
      "A header is a name and a text: 'anthropic-version: 2023-06-01'",
    );
  const text = value.replace(/^[ \t]+|[ \t]+$/g, '');
  if (!/^[\t\x20-\x7e]*$/.test(text) || text.length > HEADER_CHARS_MAX)
    throw inputFailure(`the value of ${name} cannot be sent in a header`, 'A value is printable ASCII.');
  const key = name.toLowerCase();
  const before = headers.get(key);
  headers.set(key, before === undefined ? text : `${before}, ${text}`);
}
