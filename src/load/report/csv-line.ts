/** Lines of comma-separated values in RFC 4180's form. Cells are as they came: what a spreadsheet takes for a formula is left as it is. */

export type CsvCell = string | number | boolean | undefined;

const LINE_END = '\r\n';

/** One row with its line's end; a cell that is undefined is empty. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellText).join(',')}${LINE_END}`;
}

function cellText(value: CsvCell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
