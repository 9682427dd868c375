/** Texts within their facets: of the pattern, of the format, or else plausible for the property's name and brought to a fitting length. */
import type { Draws } from './draws.js';
import { type Facets, fits, lengthOf, STRING } from './facets.js';
import { formsOf } from './formats.js';
import type { PatternBook } from './pattern/pattern-book.js';
import { plausibleText } from './plausible-texts.js';
import { noun, sentences } from './words.js';

/** Texts tried for a format. */
const FORMAT_TRIES = 24;
/** Plausible texts held against a pattern, before a text is written for the pattern alone. */
const PLAUSIBLE_TRIES = 2;
/** Longest text that is written because a schema asks for a long one. */
const TEXT_CHARS_MAX = 60_000;

export function drawText(facets: Facets, words: readonly string[], draws: Draws, patterns: PatternBook): string {
  const { formats, minLength, maxLength } = facets;
  const accepts = (text: string): boolean =>
    fits(facets, STRING, text) && facets.patterns.every((pattern) => patterns.matches(pattern, text));
  const plausible = (): string => fitted(plausibleText(words, draws), minLength, maxLength, draws);
  const formatted = drawFormatted(formats, draws, accepts);
  const [pattern, ...others] = facets.patterns;
  if (formatted !== undefined) return formatted;
  if (pattern === undefined) return plausible();
  for (let attempt = 0; attempt < PLAUSIBLE_TRIES; attempt++) {
    const text = plausible();
    if (accepts(text)) return text;
  }
  return patterns.sample(pattern, draws, minLength, maxLength, others) ?? plausible();
}

function drawFormatted(
  formats: readonly string[],
  draws: Draws,
  accepts: (text: string) => boolean,
): string | undefined {
  const forms = formats.flatMap(formsOf);
  if (forms.length === 0) return undefined;
  for (let attempt = 0; attempt < FORMAT_TRIES; attempt++) {
    const form = attempt === 0 ? forms[0] : draws.pick(forms);
    const text = (form as (draws: Draws) => string)(draws);
    if (accepts(text)) return text;
  }
  return undefined;
}

/** The text with words added up to the shortest length, or cut to the longest, between words where that is possible. */
function fitted(text: string, shortest: number, longest: number, draws: Draws): string {
  const least = Math.min(shortest, TEXT_CHARS_MAX);
  let fitting = text;
  for (let length = lengthOf(fitting); length < least; length = lengthOf(fitting)) {
    const missing = least - length;
    fitting += missing > 40 ? ` ${sentences(draws, Math.min(500, missing / 6))}` : ` ${noun(draws)}`;
  }
  const characters = [...fitting];
  if (characters.length <= longest) return fitting;
  const cut = characters.slice(0, longest).join('');
  const space = cut.lastIndexOf(' ');
  const whole = (space > 0 ? cut.slice(0, space) : cut).replace(/[\s,;:-]+$/, '');
  return lengthOf(whole) >= least ? whole : cut.replace(/\s$/, 'y');
}
