/** Streams that are open while a node is harmed, each held against the bytes that it has to have, as they come. */
import { type IncomingMessage, request } from 'node:http';
import { type Expected, HELD_MODEL, PATH, QUICK_MODEL, requestOf, type SentRequest } from '../drain/configuration.js';

/** Requests that differ; the streams repeat them. */
const DISTINCT = 32;
/** Streams that are opened at a time. */
const BATCH = 50;
const LINE_FEED = 0x0a;
const TAIL_BYTES = 400;

export interface SeenStream {
  /** `whole`: every byte and the end of the reply. `broken`: the connection ended within it. `ended`: the reply ended early, but in order. */
  readonly end: 'whole' | 'broken' | 'ended';
  /** Where bytes came that are not those of the stream, other than an early end's own; undefined when they all were. */
  readonly wrongAt: number | undefined;
  /** From the request to the end. */
  readonly durationMs: number;
  /** The last bytes of one that did not come whole. */
  readonly tail: string;
}

export class WatchedStreams {
  readonly #ends: Promise<SeenStream>[] = [];
  readonly #expected: Expected;

  constructor(expected: Expected) {
    this.#expected = expected;
  }

  /** Resolves when all of them have begun. */
  async open(url: string, count: number, tokens: number): Promise<void> {
    const distinct = Array.from({ length: Math.min(count, DISTINCT) }, (_, index) => {
      const sent = requestOf(HELD_MODEL, `watched-${index}`, tokens, true);
      return { sent, bytes: this.#expected.bytesOf(sent) };
    });
    for (let first = 0; first < count; first += BATCH) {
      const size = Math.min(BATCH, count - first);
      await Promise.all(
        Array.from({ length: size }, async (_, index) => {
          const { bytes, sent } = distinct[(first + index) % distinct.length];
          const startMs = performance.now();
          this.#ends.push(watch(await send(url, sent), bytes, startMs));
        }),
      );
    }
  }

  /** Resolves when all have ended. */
  seen(): Promise<SeenStream[]> {
    return Promise.all(this.#ends);
  }
}

/** One quick request on a connection of its own; resolves with the status, rejects when the connection is refused or breaks. */
export async function ask(url: string, key: string): Promise<number> {
  const incoming = await send(url, requestOf(QUICK_MODEL, key, 2, false));
  for await (const _ of incoming);
  if (!incoming.complete) throw new Error('the reply broke off');
  return incoming.statusCode ?? 0;
}

function send(url: string, { body, headers }: SentRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + PATH, { method: 'POST', agent: false, headers });
    outgoing.on('error', reject).on('response', resolve).end(body);
  });
}

function watch(incoming: IncomingMessage, expected: Buffer, startMs: number): Promise<SeenStream> {
  let received = 0;
  let wrongAt: number | undefined;
  let tail = Buffer.alloc(0);
  incoming.on('data', (piece: Buffer) => {
    // On uWebSockets.js a stream begins with one line feed, which means nothing.
    const bytes = received === 0 && piece[0] === LINE_FEED ? piece.subarray(1) : piece;
    if (wrongAt === undefined && !bytes.equals(expected.subarray(received, received + bytes.length)))
      wrongAt = received;
    received += bytes.length;
    tail = Buffer.concat([tail, bytes]).subarray(-TAIL_BYTES);
  });
  incoming.on('error', () => {});
  return new Promise((resolve) => {
    incoming.on('close', () => {
      const isWhole = incoming.complete && received === expected.length && wrongAt === undefined;
      const end = isWhole ? 'whole' : incoming.complete ? 'ended' : 'broken';
      const durationMs = performance.now() - startMs;
      resolve({ end, wrongAt, durationMs, tail: isWhole ? '' : tail.toString('utf8') });
    });
  });
}

/** How many ended like this. */
export function countOf(seen: readonly SeenStream[], end: SeenStream['end']): number {
  return seen.filter((stream) => stream.end === end).length;
}
