/** A Markdown table, and figures as the capacity page shows them. */

export const NOTHING = '–';

/** The first column is text, the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = `|---|${'---:|'.repeat(head.length - 1)}`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? NOTHING : Math.round(value).toLocaleString('en-US');
}

/** With so many decimals. */
export function fixed(value: number | null | undefined, decimals: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? NOTHING : value.toFixed(decimals);
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? NOTHING : `${Math.round(share * 100)} %`;
}

/** Three significant digits, for figures of any size. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOTHING;
  return Math.abs(value) >= 1_000 ? count(value) : String(Number(value.toPrecision(3)));
}

/** The median with the least and the greatest, or a single value. */
export function range(values: readonly number[], decimals = 2): string {
  if (values.length === 0) return NOTHING;
  if (values.length === 1) return fixed(values[0], decimals);
  const sorted = [...values].sort((left, right) => left - right);
  return `${fixed(middle(sorted), decimals)} (${fixed(sorted[0], decimals)}–${fixed(sorted[sorted.length - 1], decimals)})`;
}

/** NaN for none. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const half = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
