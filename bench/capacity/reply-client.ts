/**
 * The client of whole replies, a process of its own: connections that ask the same again as soon as they are answered. It reads no more
 * of a reply than its status and length, so that it is faster than what it asks.
 */
import { connect, type Socket } from 'node:net';
import { LatencyHistogram } from '../streams/latency-histogram.js';
import type { FromReplyClient, ReplyWindow, ToReplyClient } from './reply-messages.js';

const READ_BUFFER = Buffer.alloc(64 * 1024);
const BLANK_LINE = '\r\n\r\n';
/** A head that comes in pieces; no server under test sends longer ones. */
const HEAD_BYTES_MAX = 16 * 1024;

class ReplyClient {
  readonly #latency = new LatencyHistogram();
  readonly #request: Buffer;
  #replies = 0;
  #failed = 0;
  #failure: string | undefined;
  #windowStartMs = 0;
  #windowCpu = process.cpuUsage();

  constructor(port: number, connections: number, request: string) {
    this.#request = Buffer.from(request, 'latin1');
    for (let number = 0; number < connections; number++) this.#connect(port);
  }

  beginWindow(): void {
    this.#latency.reset();
    this.#replies = 0;
    this.#windowCpu = process.cpuUsage();
    this.#windowStartMs = performance.now();
  }

  endWindow(): ReplyWindow {
    const seconds = (performance.now() - this.#windowStartMs) / 1_000;
    const cpu = process.cpuUsage(this.#windowCpu);
    return {
      seconds,
      replies: this.#replies,
      failed: this.#failed,
      failure: this.#failure,
      clientCpuShare: (cpu.user + cpu.system) / 1e6 / seconds,
      latency: this.#latency.counts(),
    };
  }

  #connect(port: number): void {
    let askedMs = 0;
    const reader = new ReplyReader();
    const socket: Socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length) => {
          if (!reader.read(READ_BUFFER, length)) return true;
          if (reader.status === 200) {
            this.#replies++;
            this.#latency.record((performance.now() - askedMs) * 1_000);
          } else this.#fail(`status ${reader.status}`);
          askedMs = performance.now();
          socket.write(this.#request);
          return true;
        },
      },
    });
    socket.once('connect', () => {
      askedMs = performance.now();
      socket.write(this.#request);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
    socket.on('close', () => this.#fail('closed'));
  }

  #fail(failure: string): void {
    this.#failed++;
    this.#failure ??= failure;
  }
}

/** Takes one reply after the other from a connection: head with content-length, then so many bytes. */
class ReplyReader {
  status = 0;
  /** Bytes of the body that are yet to come; -1 within a head. */
  #left = -1;
  #head = '';

  /** Takes bytes[0, length); true when they complete a reply. A second one never follows in the same piece: it was not asked for yet. */
  read(bytes: Buffer, length: number): boolean {
    let body = length;
    if (this.#left < 0) {
      this.#head += bytes.toString('latin1', 0, length);
      const end = this.#head.indexOf(BLANK_LINE);
      if (end < 0) {
        if (this.#head.length > HEAD_BYTES_MAX) throw new Error('a response head without an end');
        return false;
      }
      this.status = Number(this.#head.slice(9, 12));
      this.#left = contentLength(this.#head.slice(0, end));
      body = this.#head.length - end - BLANK_LINE.length;
      this.#head = '';
    }
    this.#left -= body;
    if (this.#left > 0) return false;
    this.#left = -1;
    return true;
  }
}

function contentLength(head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`a response without content-length: ${head}`);
  return Number(length);
}

function tell(message: FromReplyClient): void {
  process.send?.(message);
}

let client: ReplyClient | undefined;

process.on('message', (message: ToReplyClient) => {
  if (message.kind === 'ask') client = new ReplyClient(message.port, message.connections, message.request);
  else if (message.kind === 'begin_window') client?.beginWindow();
  else if (client !== undefined) tell({ kind: 'window', ...client.endWindow() });
});
process.on('disconnect', () => process.exit());
tell({ kind: 'loaded' });
