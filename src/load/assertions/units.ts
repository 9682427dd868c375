/**
 * Numbers with units, as assertions give them and as people read them. Delays need a unit, since nobody sees of a bare number whether it is
 * milliseconds or seconds; shares are per cent or a part of one.
 */
import type { MeasureUnit } from './contract.js';

/** By which power of ten a number with this unit is multiplied, for what is told in the document. */
const POWERS: { readonly [unit in MeasureUnit]: { readonly [suffix: string]: number } } = {
  ms: { us: -3, µs: -3, ms: 0, s: 3 },
  share: { '%': -2, '': 0 },
  per_second: { '/s': 0, '': 0 },
  count: { '': 0 },
};

const KINDS: { readonly [unit in MeasureUnit]: string } = {
  ms: 'a delay, and needs one of the units us, ms and s',
  share: 'a share: give per cent, or a part of 1 without a unit',
  per_second: 'a rate: give a number per second, with /s or without',
  count: 'a count, and has no unit',
};

/** @returns the number in the measure's unit, or what is wrong, to be read after the measure's name */
export function readLimit(
  number: string,
  suffix: string,
  unit: MeasureUnit,
): { readonly limit: number } | { readonly message: string; readonly number?: string } {
  const power = Object.hasOwn(POWERS[unit], suffix) ? POWERS[unit][suffix] : undefined;
  if (power === undefined)
    return { message: `is ${KINDS[unit]}`, ...(unit === 'ms' && suffix === '' && { number: `${number}ms` }) };
  // By its digits: 99.9 divided by 100 is not what 0.999 is, and 999 of 1,000 would be too few.
  const limit = Number(`${number}e${power}`);
  if (unit === 'share' && limit > 1) {
    return { message: 'is a share of at most 1, that is 100 %', ...(suffix === '' && { number: `${number}%` }) };
  }
  return { limit };
}

/** For a person: `812.4 ms`, `0.35 %`, `41.2/s`. */
export function formatQuantity(value: number, unit: MeasureUnit): string {
  switch (unit) {
    case 'ms':
      return `${formatNumber(value)} ms`;
    case 'share':
      return `${formatNumber(value * 100)} %`;
    case 'per_second':
      return `${formatNumber(value)}/s`;
    case 'count':
      return formatNumber(value);
  }
}

/** At most three decimals, and never fewer than tell a small number from 0. */
function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 0.1 || value === 0 ? Number(value.toFixed(3)) : Number(value.toPrecision(3));
  return String(digits);
}
