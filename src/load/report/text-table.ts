/** Rows of text as columns of equal width: the first column to the left, the others, which hold figures, to the right. */

const GAP = '  ';

/**
 * Lines without their ends. Rows may be shorter than the head; what is beyond it is left out.
 * @param head of each column; '' for none
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((heading, column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), heading.length),
  );
  return [head, ...rows].map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(GAP)
      .trimEnd(),
  );
}
