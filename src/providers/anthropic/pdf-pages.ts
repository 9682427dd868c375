/**
 * How many pages a PDF in a request has: its page objects, as far as they stand there uncompressed. A file that keeps them in object
 * streams, or is none, counts as one page.
 */

/** More is not looked at: some six megabytes of file. */
const BASE64_CHARACTERS_MAX = 8_388_608;
const PAGE_OBJECT = /\/Type\s{0,4}\/Page(?![A-Za-z])/g;

export function pdfPagesOf(base64: string): number {
  let bytes: string;
  try {
    bytes = atob(base64.slice(0, BASE64_CHARACTERS_MAX));
  } catch {
    return 1;
  }
  return Math.max(1, bytes.match(PAGE_OBJECT)?.length ?? 1);
}
