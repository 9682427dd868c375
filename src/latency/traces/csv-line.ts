/**
 * One line of comma-separated values. Source: RFC 4180, except that a quoted field ends with its line: no field of a trace needs a line
 * break, and so every line stands for itself.
 */

/** The fields, without the blanks around them and without their quotes; undefined where a quote is not closed. */
export function csvFields(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',').map((field) => field.trim());
  const fields: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*(,|$)/.exec(rest);
    const plain = quoted ?? /^([^",]*)(,|$)/.exec(rest);
    if (plain === null) return undefined;
    fields.push(quoted === null ? plain[1]!.trim() : quoted[1]!.replaceAll('""', '"'));
    if (plain[2] === '') return fields;
    rest = rest.slice(plain[0].length);
  }
}
