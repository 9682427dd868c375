/** Numbers within their facets: plausible ones for the property's name, where the bounds leave room for them. */
import type { Draws } from './draws.js';
import { type Facets, FRACTION, fits, high, isInRange, low } from './facets.js';
import { type NumberHint, numberHint } from './number-hints.js';

/** Bounds that lie further apart are taken for the limits of a machine's numbers, not for what is usual. */
const USUAL_SPAN_MAX = 1_000_000;
/** Multiples tried, beginning at a random one. */
const MULTIPLES_TRIED = 200;
const DECIMALS_MAX = 12;

/** Numbers tried, the first ones where the name makes them plausible. */
const TRIES = 12;
const PLAUSIBLE_TRIES = 4;
/** How far from its only bound a number lies at most. */
const DISTANCE_MAX = 100;

/** @param types the bits of the number types that are allowed */
export function drawNumber(facets: Facets, types: number, words: readonly string[], draws: Draws): number {
  const hint = numberHint(words);
  let number = 0;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const [from, to] = attempt < PLAUSIBLE_TRIES ? plausibleRange(facets, hint) : rangeOf(facets);
    number = drawBetween(facets, types, from, to, hint, draws);
    if (fits(facets, types, number)) break;
  }
  return number;
}

function drawBetween(facets: Facets, types: number, from: number, to: number, hint: NumberHint, draws: Draws): number {
  const isWhole = (types & FRACTION) === 0;
  const multiple = facets.multiples.length > 0 ? drawMultiple(facets, isWhole, from, to, draws) : undefined;
  if (multiple !== undefined) return multiple;
  return isWhole ? drawWhole(facets, from, to, draws) : drawFraction(facets, from, to, hint, draws);
}

/** Inside the bounds and inside what is plausible, if these overlap. */
function plausibleRange(facets: Facets, hint: NumberHint): [number, number] {
  const from = low(facets);
  const to = high(facets);
  if (!hint.isKnown && to - from <= USUAL_SPAN_MAX) return [from, to];
  const common: [number, number] = [Math.max(from, hint.low), Math.min(to, hint.high)];
  return common[0] < common[1] ? common : rangeOf(facets);
}

/** Inside the bounds; near one of them if they lie far apart. */
function rangeOf(facets: Facets): [number, number] {
  const from = low(facets);
  const to = high(facets);
  if (to - from <= USUAL_SPAN_MAX) return [from, to];
  if (from <= 0 && to >= 0) return [Math.max(from, -DISTANCE_MAX), Math.min(to, DISTANCE_MAX)];
  return from > 0 ? [from, Math.min(to, from + DISTANCE_MAX)] : [Math.max(from, to - DISTANCE_MAX), to];
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
