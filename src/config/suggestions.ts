/** "Did you mean …?": the nearest valid word to one that is not valid. */
import { distance } from 'fastest-levenshtein';
import type { JsonSchema } from '../kernel/json-schema.js';
import { formatPath, type Path } from './problems.js';
import { configurationSchema } from './schema/configuration.js';

/** Spellings that differ only in case, dashes or camel humps count as equal. */
function canonical(word: string): string {
  return word
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[-. ]/g, '_');
}

/** The candidate nearest to the word: at most two edits or a third of its letters away (two letters swapped are two edits). */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = canonical(word.slice(0, 128));
  const limit = Math.max(wanted.length < 3 ? 1 : 2, Math.floor(wanted.length / 3));
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(wanted, canonical(candidate));
    if (edits <= limit && (best === undefined || edits < best.edits)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** Every key of the configuration, as a path; names stand as <model>, <scenario> and <tier>, those of parameters as <parameter>. */
function keyPaths(schema: JsonSchema, path: Path): Path[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const keyPath = [...path, key];
    return [keyPath, ...keyPaths(property, keyPath)];
  });
  const nested = schema.additionalProperties;
  return typeof nested === 'object' ? [...own, ...keyPaths(nested, [...path, placeholderAt(path)])] : own;
}

function placeholderAt([section, ...rest]: Path): string {
  if (section === 'rate_limits') return '<tier>';
  if (section === 'mix') return '<name>';
  if (section !== 'scenarios') return '<model>';
  return rest.length === 0 ? '<scenario>' : '<parameter>';
}

function suggest(word: string | undefined): string | undefined {
  return word === undefined ? undefined : `did you mean "${word}"?`;
}

/** For a word that is not one of the choices. */
export function suggestChoice(word: unknown, choices: readonly unknown[]): string | undefined {
  if (typeof word !== 'string') return undefined;
  return suggest(
    closest(
      word,
      choices.filter((choice) => typeof choice === 'string'),
    ),
  );
}

const unit = /_(?:ns|us|ms|s|secs?|seconds|tokens|bytes)$/;

/** The candidate that is the word but for a unit that one of them lacks, or that is another one: p95 and p95_ms, ttl_s and ttl_secs. */
function sameQuantity(word: string, candidates: readonly string[]): string | undefined {
  const wanted = canonical(word.slice(0, 128)).replace(unit, '');
  return candidates.find((candidate) => candidate.replace(unit, '') === wanted);
}

/**
 * For an unknown key: the nearest of the keys that belong there, else the place where a key of this name belongs.
 * @param whole the schema of the whole document
 */
export function suggestKey(
  key: string,
  siblings: readonly string[],
  whole: JsonSchema = configurationSchema,
): string | undefined {
  const sibling = sameQuantity(key, siblings) ?? closest(key, siblings);
  if (sibling !== undefined) return suggest(sibling);
  const wanted = canonical(key);
  const elsewhere = keyPaths(whole, []).find((path) => path.at(-1) === wanted);
  return elsewhere === undefined ? undefined : suggest(formatPath(elsewhere));
}
