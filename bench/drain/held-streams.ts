/** Thousands of streams that are open while a node leaves: each is held against the bytes that it has to have, as they come. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { type Expected, HELD_MODEL, PATH, requestOf, type SentRequest } from './configuration.js';

/** Requests that differ; the streams repeat them. */
const DISTINCT = 50;
/** Streams that are opened at a time. */
const BATCH = 100;
const LINE_FEED = 0x0a;

interface HeldRequest {
  readonly sent: SentRequest;
  readonly expected: Buffer;
}

export class HeldStreams {
  readonly count: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  private readonly requests: readonly HeldRequest[];
  private readonly ended: Promise<string | undefined>[] = [];
  /** Those of which every byte has come as expected. */
  whole = 0;

  constructor(count: number, tokens: number, expected: Expected) {
    this.count = count;
    this.requests = Array.from({ length: Math.min(count, DISTINCT) }, (_, index) => {
      const sent = requestOf(HELD_MODEL, `held-${index}`, tokens, true);
      return { sent, expected: expected.bytesOf(sent) };
    });
  }

  /** Resolves when every one has begun. */
  async open(url: string): Promise<void> {
    for (let first = 0; first < this.count; first += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, this.count - first) }, (_, index) =>
        this.openOne(url, this.requests[(first + index) % this.requests.length] as HeldRequest),
      );
      await Promise.all(batch);
    }
  }

  /** What of those that have ended was not as expected; resolves when all have. */
  async defects(): Promise<string[]> {
    const defects = await Promise.all(this.ended);
    this.agent.destroy();
    return defects.filter((defect) => defect !== undefined);
  }

  private async openOne(url: string, { expected, sent }: HeldRequest): Promise<void> {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request(url + PATH, { method: 'POST', agent: this.agent, headers: sent.headers });
      outgoing.on('error', reject).on('response', resolve).end(sent.body);
    });
    this.ended.push(this.read(incoming, expected));
  }

  private read(incoming: IncomingMessage, expected: Buffer): Promise<string | undefined> {
    let received = 0;
    let defect = incoming.statusCode === 200 ? undefined : `status ${incoming.statusCode}`;
    let isFirst = true;
    incoming.on('data', (piece: Buffer) => {
      // On uWebSockets.js a stream begins with one line feed, which means nothing.
      const bytes = isFirst && piece[0] === LINE_FEED ? piece.subarray(1) : piece;
      isFirst = false;
      if (!bytes.equals(expected.subarray(received, received + bytes.length)))
        defect ??= `wrong from byte ${received} on`;
      received += bytes.length;
    });
    incoming.on('error', () => {});
    return new Promise((resolve) => {
      incoming.on('close', () => {
        if (received !== expected.length) defect ??= `it ended after ${received} of ${expected.length} bytes`;
        if (defect === undefined) this.whole++;
        resolve(defect);
      });
    });
  }
}
