/**
 * English word forms by rule of spelling. Entries of the word lists may spell out what the rules would get wrong:
 * "leaf/leaves" for a noun, "plan/planned/planning" for a verb.
 */
export interface NounForms {
  readonly singular: string;
  readonly plural: string;
}

export interface VerbForms {
  readonly base: string;
  /** Third person singular of the present. */
  readonly third: string;
  readonly past: string;
  readonly gerund: string;
}

export function nounForms(entry: string): NounForms {
  const [singular, plural] = entry.split('/') as [string, string?];
  return { singular, plural: plural ?? withS(singular) };
}

export function verbForms(entry: string): VerbForms {
  const [base, past, gerund] = entry.split('/') as [string, string?, string?];
  return { base, third: thirdPerson(base), past: past ?? withEd(base), gerund: gerund ?? withIng(base) };
}

/** Whether "an" stands before the word rather than "a": a matter of its sound, not of its first letter. */
export function startsWithVowelSound(word: string): boolean {
  if (/^(?:uni[tfovq]|us[eu]|eu|one\b|once\b)/i.test(word)) return false;
  return /^(?:[aeiou]|hour|honest|honor|heir)/i.test(word);
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function withS(word: string): string {
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return endsInConsonantAndY(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** Verbs that end in a consonant and o take -es (echoes), nouns mostly do not (pianos). */
function thirdPerson(verb: string): string {
  return /[^aeiou]o$/.test(verb) ? `${verb}es` : withS(verb);
}

function withEd(verb: string): string {
  if (verb.endsWith('e')) return `${verb}d`;
  return endsInConsonantAndY(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`;
}

function withIng(verb: string): string {
  return /[^e]e$/.test(verb) ? `${verb.slice(0, -1)}ing` : `${verb}ing`;
}

function endsInConsonantAndY(word: string): boolean {
  return /[^aeiou]y$/.test(word);
}
