/** Which numbers are plausible for a property, by the words of its name. */

export interface NumberHint {
  readonly low: number;
  readonly high: number;
  /** Digits after the point of a number that need not be whole. */
  readonly decimals: number;
  /** Whether the name said so; otherwise it is a guess that gives way to any bound. */
  readonly isKnown: boolean;
}

const UNKNOWN: NumberHint = { low: 1, high: 100, decimals: 1, isKnown: false };

/** Words, separated by spaces: low, high, decimals. */
const RANGES: { readonly [words: string]: readonly [number, number, number] } = {
  age: [18, 75, 0],
  year: [2018, 2026, 0],
  month: [1, 12, 0],
  'day dayofmonth': [1, 28, 0],
  days: [1, 14, 0],
  hour: [0, 23, 0],
  'minute second': [0, 59, 0],
  'hours weeks months years': [1, 12, 0],
  'minutes seconds duration timeout': [5, 120, 0],
  'milliseconds ms': [50, 5_000, 0],
  'latitude lat': [-60, 70, 4],
  'longitude lon lng': [-120, 140, 4],
  'price cost amount total subtotal balance fee tax salary budget': [5, 500, 2],
  'quantity qty count guests people passengers adults participants': [1, 8, 0],
  'limit top topk max size': [5, 50, 0],
  'page pages offset index position rank order step': [1, 10, 0],
  'rating stars priority level': [1, 5, 1],
  score: [1, 10, 1],
  'confidence probability weight similarity relevance': [0, 1, 2],
  'percent percentage discount rate': [1, 95, 1],
  'temperature temp celsius': [-5, 35, 1],
  fahrenheit: [30, 95, 1],
  humidity: [20, 95, 0],
  'id number num': [1_000, 99_999, 0],
  port: [1_024, 49_151, 0],
  'width height length depth': [10, 1_000, 1],
  'x y z': [0, 100, 1],
  'distance radius': [1, 50, 1],
  'timestamp epoch': [1_735_689_600, 1_767_225_599, 0],
};

const HINTS = new Map<string, NumberHint>(
  Object.entries(RANGES).flatMap(([words, [low, high, decimals]]) =>
    words.split(' ').map((word): [string, NumberHint] => [word, { low, high, decimals, isKnown: true }]),
  ),
);

/** @param words of the property's name, in order; the last one that is known decides */
export function numberHint(words: readonly string[]): NumberHint {
  for (let index = words.length - 1; index >= 0; index--) {
    const hint = HINTS.get(words[index] as string);
    if (hint !== undefined) return hint;
  }
  return UNKNOWN;
}
