/** Text in JSON that is put together piece by piece, as streams are. */

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** From here on there are surrogates, of which JSON.stringify escapes those without a partner. */
const FIRST_SURROGATE = 0xd800;
/** A longer text is left to JSON.stringify, which is faster by then. */
const LOOP_CHARS_MAX = 64;

/** The text as the inside of a JSON string: itself where nothing in it has to be escaped, as in nearly every token. */
export function escapeJson(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text).slice(1, -1);
}

function isPlain(text: string): boolean {
  if (text.length > LOOP_CHARS_MAX) return false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < SPACE || code === QUOTE || code === BACKSLASH || code >= FIRST_SURROGATE) return false;
  }
  return true;
}
