/** Text in JSON that is put together piece by piece, as streams are. */

/** The text as the inside of a JSON string. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
