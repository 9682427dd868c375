/**
 * Patterns that a configuration writes down and requests are held against: globs for names, regular expressions for text. What a
 * client sends is cut to matchedCharsMax before it is matched, so that a pattern that backtracks costs a bounded time.
 */

/** A regular expression that is quadratic in its input needs some 10 ms at this length. */
export const matchedCharsMax = 4_096;

/**
 * Whether the whole text fits the glob, in which `*` stands for any characters and everything else for itself.
 * Takes at most glob.length × text.length steps.
 */
export function matchesGlob(glob: string, text: string): boolean {
  let [at, textAt, starAt, starTextAt] = [0, 0, -1, 0];
  while (textAt < text.length) {
    if (glob[at] === '*') {
      starAt = at++;
      starTextAt = textAt;
    } else if (glob[at] === text[textAt]) {
      at++;
      textAt++;
    } else if (starAt >= 0) {
      at = starAt + 1;
      textAt = ++starTextAt;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}

/** Unicode, and a dot that also matches the end of a line. Throws SyntaxError. */
export function regularExpression(source: string, ignoreCase: boolean): RegExp {
  return new RegExp(source, ignoreCase ? 'isu' : 'su');
}

/** What the groups of a regular expression are called: "0" for all of it, "1", … and the names that it gives. */
export function groupNames({ source, flags }: RegExp): string[] {
  // With an empty alternative it matches the empty text, and says how many groups it has.
  const match = new RegExp(`${source}|`, flags).exec('');
  return [...Array.from(match ?? [], (_, index) => String(index)), ...Object.keys(match?.groups ?? {})];
}

/** The groups of the first match by name; one that took no part is empty. Undefined when the text does not match. */
export function matchGroups(pattern: RegExp, text: string): ReadonlyMap<string, string> | undefined {
  const match = pattern.exec(text.slice(0, matchedCharsMax));
  if (match === null) return undefined;
  const named = Object.entries(match.groups ?? {});
  return new Map([...match.map((value, index) => [String(index), value] as const), ...named].map(orEmpty));
}

function orEmpty([name, value]: readonly [string, string | undefined]): [string, string] {
  return [name, value ?? ''];
}
