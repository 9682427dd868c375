/** Text from elsewhere, made fit for a terminal: nothing in it is obeyed there, and it stays on one line. */

/** Without what a terminal would obey: control characters, and those that change the order in which text is shown. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return character === '\n' ? '\\n' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
