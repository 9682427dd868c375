/**
 * Text within XML, HTML and SVG. What comes out holds no character that the three would read as markup, in text and in attributes with
 * double quotes alike, and none that XML 1.0 forbids: a parser takes it whatever a server put into an error.
 */

/**
 * Everything but the characters of XML 1.0 (https://www.w3.org/TR/xml/#charsets): control characters besides tab and the ends of lines,
 * halves of surrogate pairs, U+FFFE and U+FFFF.
 */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** The text as it stands between tags or in a double-quoted attribute; characters that XML forbids become U+FFFD. */
export function escaped(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}
