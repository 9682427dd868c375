/** Numbers within their facets: plausible ones for the property's name, where the bounds leave room for them. */
import type { Draws } from './draws.js';
import { type Facets, FRACTION, high, isInRange, low } from './facets.js';
import { type NumberHint, numberHint } from './number-hints.js';

/** Bounds that lie further apart are taken for the limits of a machine's numbers, not for what is usual. */
const USUAL_SPAN_MAX = 1_000_000;
/** Multiples tried, beginning at a random one. */
const MULTIPLES_TRIED = 200;
const DECIMALS_MAX = 12;

/** @param types the bits of the number types that are allowed */
export function drawNumber(facets: Facets, types: number, words: readonly string[], draws: Draws): number {
  const hint = numberHint(words);
  const isWhole = (types & FRACTION) === 0;
  const [from, to] = windowOf(facets, hint);
  const multiple = facets.multiples.length > 0 ? drawMultiple(facets, isWhole, from, to, draws) : undefined;
  if (multiple !== undefined) return multiple;
  return isWhole ? drawWhole(facets, from, to, draws) : drawFraction(facets, from, to, hint, draws);
}

/** Where the number is drawn from: inside the bounds, and inside what is plausible if these overlap. */
function windowOf(facets: Facets, hint: NumberHint): [number, number] {
  const from = low(facets);
  const to = high(facets);
  const span = to - from;
  if (hint.isKnown || span > USUAL_SPAN_MAX) {
    const common: [number, number] = [Math.max(from, hint.low), Math.min(to, hint.high)];
    if (common[0] < common[1]) return common;
  }
  const width = hint.high - hint.low;
  if (span <= USUAL_SPAN_MAX) return [from, to];
  if (from > hint.low) return [from, Math.min(to, from + width)];
  return [Math.max(from, to - width), to];
}

function drawWhole(facets: Facets, from: number, to: number, draws: Draws): number {
  const least = from === facets.exclusiveMinimum ? Math.floor(from) + 1 : Math.ceil(from);
  const most = to === facets.exclusiveMaximum ? Math.ceil(to) - 1 : Math.floor(to);
  if (least > most) return Math.ceil(low(facets));
  return Number.isSafeInteger(least) && Number.isSafeInteger(most) ? draws.between(least, most) : least;
}

function drawFraction(facets: Facets, from: number, to: number, { decimals }: NumberHint, draws: Draws): number {
  const exact = from + draws.unit() * (to - from);
  for (let digits = decimals; digits <= DECIMALS_MAX; digits++) {
    const rounded = Number(exact.toFixed(digits));
    if (isInRange(facets, rounded)) return rounded;
  }
  return [exact, from + (to - from) / 2, from, to].find((candidate) => isInRange(facets, candidate)) ?? from;
}

/** A number whose quotient by every step is whole in the arithmetic of doubles, which is what validators compute. */
function drawMultiple(facets: Facets, isWhole: boolean, from: number, to: number, draws: Draws): number | undefined {
  const step = commonStep(facets.multiples);
  const decimals = decimalsOf(step);
  let first = Math.ceil(from / step);
  let last = Math.floor(to / step);
  if (first > last) {
    first = Math.ceil(Math.max(low(facets), Math.min(0, high(facets))) / step);
    last = Math.min(Math.floor(high(facets) / step), first + 10);
  }
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first > last) return undefined;
  const count = last - first + 1;
  const start = draws.between(0, count - 1);
  for (let tried = 0; tried < Math.min(count, MULTIPLES_TRIED); tried++) {
    const product = (first + ((start + tried) % count)) * step;
    const candidate = decimals <= DECIMALS_MAX ? Number(product.toFixed(decimals)) : product;
    const divides = facets.multiples.every((each) => Number.isInteger(candidate / each));
    if (divides && isInRange(facets, candidate) && (!isWhole || Number.isInteger(candidate))) return candidate;
  }
  return undefined;
}

/** The least common multiple of whole steps; of others the largest, whose multiples are tried one by one. */
function commonStep(steps: readonly number[]): number {
  if (!steps.every(Number.isSafeInteger)) return Math.max(...steps);
  return steps.reduce((multiple, step) => {
    const next = (multiple / greatestDivisor(multiple, step)) * step;
    return Number.isSafeInteger(next) ? next : Math.max(multiple, step);
  });
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}

function decimalsOf(step: number): number {
  const [mantissa = '', exponent = '0'] = String(step).split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
}
