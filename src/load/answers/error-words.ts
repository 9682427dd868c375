/**
 * What an answer says went wrong, in one word, and how long its client is to wait before it tries again: in each provider's envelope, and
 * in the like of it that gateways answer with.
 */
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { AnswerHeaders } from './contract.js';

/** A word, not a sentence: it names a line of a table. */
const WORD = /^[\w.:/-]{1,100}$/;
const MS_PER_SEC = 1_000;
const DECIMAL = /^\d{1,12}(?:\.\d{1,12})?$/;
/** IMF-fixdate, the form in which dates are sent. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const PROTOBUF_DURATION = /^(\d{1,12}(?:\.\d{1,9})?)s$/;

/**
 * The word for an error, of its document: OpenAI's and Azure's `code`, or `type` where that is null; Anthropic's `type`; Gemini's
 * `status`. Undefined where none is said. Gemini's array streams have it in a list.
 */
export function errorWord(document: unknown): string | undefined {
  const envelope = Array.isArray(document) ? document[0] : document;
  if (!isObject(envelope)) return undefined;
  const { error } = envelope;
  if (isObject(error)) return firstWord(error.code, error.status, error.type);
  // The error event of OpenAI's responses has its fields at the top; some gateways say a word instead of an object.
  return firstWord(error, envelope.code);
}

function firstWord(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && WORD.test(value));
}

/**
 * From `retry-after-ms`, or `retry-after` in seconds or as a date, which is counted from the answer's own. Source: RFC 9110, section
 * 10.2.3; the official SDKs of OpenAI read the first.
 */
export function retryAfterOfHeaders(headers: AnswerHeaders): number | undefined {
  const ms = text(headers['retry-after-ms']);
  if (ms !== undefined && DECIMAL.test(ms)) return Number(ms);
  const value = text(headers['retry-after']);
  if (value === undefined) return undefined;
  if (DECIMAL.test(value)) return Number(value) * MS_PER_SEC;
  if (!HTTP_DATE.test(value)) return undefined;
  const untilMs = Date.parse(value) - Date.parse(text(headers.date) ?? '');
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs);
}

/** From `retryDelay` of google.rpc.RetryInfo among the error's details. */
export function retryAfterOfError(document: unknown): number | undefined {
  const envelope: unknown = Array.isArray(document) ? document[0] : document;
  if (!isObject(envelope) || !isObject(envelope.error) || !Array.isArray(envelope.error.details)) return undefined;
  const details: readonly unknown[] = envelope.error.details;
  const info = details.find(
    (detail): detail is JsonObject => isObject(detail) && typeof detail.retryDelay === 'string',
  );
  const secs = PROTOBUF_DURATION.exec(String(info?.retryDelay))?.[1];
  return secs === undefined ? undefined : Number(secs) * MS_PER_SEC;
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value.trim() : value?.[0]?.trim();
}
