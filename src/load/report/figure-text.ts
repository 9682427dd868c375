/**
 * Figures as a person reads them, the same in the table, the page and the live view: few digits, no more than a figure can carry. What is
 * no number is a dash.
 */

const NOTHING = '–';

/** Milliseconds, without the unit: three decimals below 1, none from 1,000 on. */
export function delayText(ms: number | null | undefined): string {
  if (!isNumber(ms)) return NOTHING;
  const size = Math.abs(ms);
  if (size < 1) return ms.toFixed(3);
  if (size < 10) return ms.toFixed(2);
  return size < 1_000 ? ms.toFixed(1) : countText(ms);
}

/** Whole numbers with a comma before each three digits; independent of the machine's locale. */
export function countText(count: number | null | undefined): string {
  if (!isNumber(count)) return NOTHING;
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Per second, without the unit. */
export function rateText(rate: number | null | undefined): string {
  if (!isNumber(rate)) return NOTHING;
  const size = Math.abs(rate);
  if (size >= 1_000) return countText(rate);
  return rate.toFixed(size < 10 ? 2 : 1);
}

/** A share in [0, 1] as percent; a share that is above 0 is never shown as 0, nor one below 1 as 100. */
export function shareText(share: number | null | undefined): string {
  if (!isNumber(share)) return NOTHING;
  const percent = share * 100;
  if (percent > 0 && percent < 0.001) return '< 0.001 %';
  if (percent < 100 && percent > 99.999) return '> 99.999 %';
  const decimals = percent === 0 || percent === 100 ? 0 : percent < 0.1 || percent > 99.9 ? 3 : percent < 1 ? 2 : 1;
  return `${percent.toFixed(decimals)} %`;
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
