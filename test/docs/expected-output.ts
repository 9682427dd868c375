/**
 * Compares what a command put out with what the page shows. `…` stands for anything, also for several lines. JSON is compared as JSON:
 * white space and the order of keys do not count, `…` as a key allows more keys, and of several documents the page may leave some out.
 * Where the output "varies", numbers may be others; in JSON any value may be another of its type.
 */
import type { Output } from './command-blocks.js';

/** What does not fit, in words, or undefined. */
export function mismatch(expected: Output, actual: string): string | undefined {
  if (expected.language === 'json') {
    const isThere = jsonDocuments(expected.text);
    const got = jsonDocuments(actual);
    let from = 0;
    for (const document of isThere) {
      const at = got.findIndex((each, index) => index >= from && fits(document, each, expected.varies));
      if (at === -1) return shownAgainst(expected.text, actual);
      from = at + 1;
    }
    return undefined;
  }
  return patternOf(expected).test(normal(actual)) ? undefined : shownAgainst(expected.text, actual);
}

function shownAgainst(expected: string, actual: string): string {
  return `the page shows\n${expected.trim()}\nand the command put out\n${actual.trim().slice(0, 8_000)}`;
}

function normal(text: string): string {
  return text
    .replace(/\r/g, '')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

function patternOf({ text, varies }: Output): RegExp {
  const parts = normal(text)
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .map((part) => (varies ? part.replace(/[ \t]*\d+(\\\.\d+)?/g, '[ \\t]*\\d+(\\.\\d+)?') : part));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}

/** The JSON documents of a text, one behind the other, whatever else stands between them. */
function jsonDocuments(text: string): unknown[] {
  const documents: unknown[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '{' && text[at] !== '[') continue;
    const end = endOfDocument(text, at);
    try {
      documents.push(JSON.parse(text.slice(at, end)));
      at = end - 1;
    } catch {
      // No document begins here.
    }
  }
  return documents;
}

function endOfDocument(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (isText) {
      if (character === '\\') at++;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

function fits(expected: unknown, actual: unknown, varies: boolean): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return false;
    const isOpen = expected.at(-1) === '…';
    const items = isOpen ? expected.slice(0, -1) : expected;
    return (
      (isOpen || varies || items.length === actual.length) &&
      items.every((item, index) => (varies && index >= actual.length) || fits(item, actual[index], varies))
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
    const got = new Map<string, unknown>(Object.entries(actual));
    const wanted = Object.entries(expected).filter(([key]) => key !== '…');
    return (
      wanted.every(([key, value]) => got.has(key) && fits(value, got.get(key), varies)) &&
      ('…' in expected || wanted.length === got.size)
    );
  }
  if (typeof expected === 'string' && typeof actual === 'string') {
    return varies || patternOf({ language: '', text: expected, varies: false }).test(normal(actual));
  }
  return expected === actual || (varies && typeof expected === typeof actual);
}
