/** The words of the status line: those of RFC 9110, and one for statuses that have none, such as Anthropic's 529. */
import { STATUS_CODES } from 'node:http';

/** What Cloudflare, in front of OpenAI and Anthropic, writes for statuses that it has no words for: `HTTP/1.1 529 <none>`. */
const NONE = '<none>';

/** @param status a final one, 200–599 */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? NONE;
}
