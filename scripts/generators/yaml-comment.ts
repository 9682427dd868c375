/** A description as comment lines of a YAML file, broken between words. */

const lineCharsMax = 124;

/** @param indent spaces before each `#` */
export function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > lineCharsMax) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
