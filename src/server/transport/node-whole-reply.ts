/**
 * A whole reply on node:http as one piece of bytes: the head that node would write, letter for letter, and the body behind it. It costs one
 * plain write where node's own response takes three parts, looks every header over and gathers them again.
 *
 * Only for the usual reply: HTTP/1.1, a connection that stays open, a body of usual size. Whoever writes it tells node's response that it is
 * finished.
 */
import type { HeaderPairs } from './contract.js';
import { reasonPhrase } from './reason-phrase.js';

/** A larger body is not copied. */
export const WHOLE_REPLY_BODY_BYTES_MAX = 16 * 1024;

/** How long a line of a date is good for. */
const SECOND_MS = 1_000;

export class WholeReplies {
  readonly #connectionLines: string;
  #dateLine = '';
  #second = 0;
  /** By status: a few hundred at most. */
  readonly #statusLines = new Map<number, string>();

  constructor(keepAliveTimeoutMs: number) {
    const seconds = Math.floor(keepAliveTimeoutMs / 1_000);
    const keepAlive = keepAliveTimeoutMs > 0 ? `Keep-Alive: timeout=${seconds}\r\n` : '';
    this.#connectionLines = `Connection: keep-alive\r\n${keepAlive}\r\n`;
  }

  /** The bytes of the reply; undefined where a header is no field text, which node's response knows how to refuse. */
  of(status: number, headers: HeaderPairs, body: Uint8Array): Buffer | undefined {
    let head = this.#statusLine(status);
    for (let at = 0; at < headers.length; at += 2) {
      const value = headers[at + 1];
      if (!isFieldText(value)) return undefined;
      head += `${headers[at]}: ${value}\r\n`;
    }
    head += `content-length: ${body.byteLength}\r\n${this.#date()}${this.#connectionLines}`;
    const bytes = Buffer.allocUnsafe(head.length + body.byteLength);
    bytes.write(head, 0, 'latin1');
    bytes.set(body, head.length);
    return bytes;
  }

  #statusLine(status: number): string {
    let line = this.#statusLines.get(status);
    if (line === undefined) {
      line = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
      this.#statusLines.set(status, line);
    }
    return line;
  }

  #date(): string {
    const nowMs = Date.now();
    const second = Math.floor(nowMs / SECOND_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#dateLine = `Date: ${new Date(nowMs).toUTCString()}\r\n`;
    }
    return this.#dateLine;
  }
}

/** Whether the value has nothing but what RFC 9110, section 5.5 lets a field's value have. */
function isFieldText(value: string): boolean {
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}
