/**
 * What is wrong with a request, one sentence for each place, as the API lists it. Lists are looked at until enough is found: a body of ten
 * megabytes has room for millions of mistakes, and each one's sentence is forty times as long as the mistake.
 */

/** More are not reported. */
export const VIOLATIONS_MAX = 100;

/** What the check says of the items in their order, until enough is found. */
export function violationsIn<Item>(
  items: readonly Item[],
  check: (item: Item, index: number) => readonly string[],
): string[] {
  const violations: string[] = [];
  for (let index = 0; index < items.length && violations.length < VIOLATIONS_MAX; index++) {
    violations.push(...check(items[index], index));
  }
  return violations;
}
