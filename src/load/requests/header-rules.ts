/** Which headers a user may have sent: those that HTTP's own framing does not own, with values that HTTP can carry. */

/** Of one connection or one message: RFC 9110, section 7.6.1, and the length that goes with the framing. */
export const CONNECTION_HEADERS: readonly string[] = [
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** The client writes them itself, or cannot. */
const OWN_HEADERS: ReadonlySet<string> = new Set([...CONNECTION_HEADERS, 'expect'].sort());
/** What the client refuses to write into a head: all but tabs, and the printable characters of Latin-1. */
const REFUSED = /[^\t\x20-\x7e\x80-\xff]/u;

/** What is wrong with a header, to be read after its name; undefined where nothing is. A value may be a key, so it is not repeated. */
export function headerProblem(
  name: string,
  value: string,
): { readonly part: 'key' | 'value'; readonly message: string } | undefined {
  if (OWN_HEADERS.has(name.toLowerCase())) {
    const message = `must not be one of ${[...OWN_HEADERS].join(', ')}: they are the connection's own`;
    return { part: 'key', message };
  }
  const [refused] = REFUSED.exec(value) ?? [];
  if (refused === undefined) return undefined;
  const code = refused.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  const shown = code.length > 4 || Number.parseInt(code, 16) > 0xff ? `"${refused}" (U+${code})` : `U+${code}`;
  return { part: 'value', message: `must have only tabs and printable characters of ASCII and Latin-1, not ${shown}` };
}
