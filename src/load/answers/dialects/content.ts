/** Texts and lists in documents that may hold anything: what is of another type is found to be misshapen, and read as nothing. */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { errorWord } from '../error-words.js';
import type { Findings } from '../findings.js';

/** A text, or '' where there is none or null. */
export function textIn(value: unknown, found: Findings): string {
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null) found.malformed('unexpected_shape');
  return '';
}

/** Objects of a list; none where there is none or null. */
export function objectsIn(value: unknown, found: Findings): readonly JsonObject[] {
  if (value === undefined || value === null) return NONE;
  if (Array.isArray(value) && value.every(isObject)) return value;
  found.malformed('unexpected_shape');
  return NONE;
}

const NONE: readonly JsonObject[] = [];

/** A value as JSON text, as a user of its dialect would read it; of one that is nested too deep, nothing. */
export function jsonOf(value: JsonObject, found: Findings): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.parse takes any depth, JSON.stringify only what the stack holds.
    found.malformed('unexpected_shape');
    return '';
  }
}

/** A document that has not what it is read for: an error, if it says so, and else misshapen. */
export function blameDocument(document: JsonObject, found: Findings): void {
  const { error } = document;
  if (error !== undefined && error !== null) found.providerError(errorWord(document));
  else found.malformed('unexpected_shape');
}
