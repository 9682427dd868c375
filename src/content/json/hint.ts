/** What the name of a property says about its value: its words, in lower case. "startDate", "start_date" and "Start-Date" say the same. */
export interface Hint {
  readonly words: readonly string[];
}

export const NO_HINT: Hint = { words: [] };

/** Longest name that is looked into, and most words of it. */
const NAME_CHARS_MAX = 80;
const WORDS_MAX = 6;

/** The hint of a name that a property of a map has. */
export const ENTRY_HINT: Hint = { words: ['tag'] };

/** @param owner the hint of what has the property: a "name" is that of an ingredient, a city, a person */
export function hintOf(name: string, owner: Hint): Hint {
  const words = wordsOf(name);
  const [last] = owner.words.slice(-1);
  return { words: words.length === 1 && words[0] === 'name' && last !== undefined ? [last, 'name'] : words };
}

function wordsOf(name: string): string[] {
  const spaced = name.slice(0, NAME_CHARS_MAX).replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  const words = spaced.toLowerCase().split(/[^a-z0-9]+/);
  return words.filter((word) => word !== '').slice(-WORDS_MAX);
}

/** The hint for one item of a list: "tags" → "tag", "categories" → "category". */
export function singular({ words }: Hint): Hint {
  const last = words.at(-1);
  if (last === undefined) return NO_HINT;
  const one = last
    .replace(/ies$/, 'y')
    .replace(/(ss|x|ch|sh)es$/, '$1')
    .replace(/([^s])s$/, '$1');
  return { words: [...words.slice(0, -1), one] };
}
