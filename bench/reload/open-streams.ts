/**
 * Streams that are open while the configuration changes: each is read as it comes and held against the plan of its request, byte for byte,
 * as far as it has come.
 */
import { Agent, type IncomingMessage, request } from 'node:http';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { RequestPlanner } from '../../src/server/request-planner.js';

export const STREAM_MODEL = 'streaming';
const PATH = '/v1/chat/completions';
const KEY = 'stream-key';

export interface StreamOptions {
  readonly url: string;
  readonly streams: number;
  readonly tokens: number;
}

class OpenStream {
  readonly id: string;
  readonly #planned: Buffer;
  readonly #response: IncomingMessage;
  /** Bytes that have come and were as planned. */
  received = 0;
  /** What came otherwise than planned. */
  wrong: string | undefined;

  constructor(id: string, planned: Buffer, response: IncomingMessage) {
    this.id = id;
    this.#planned = planned;
    this.#response = response;
    let isFirst = true;
    response.on('data', (piece: Buffer) => {
      // On uWebSockets.js a stream begins with one line feed, which means nothing.
      const bytes = isFirst && piece[0] === 0x0a ? piece.subarray(1) : piece;
      isFirst = false;
      const expected = this.#planned.subarray(this.received, this.received + bytes.length);
      if (!bytes.equals(expected)) this.wrong ??= `byte ${this.received} and on: ${bytes} is not ${expected}`;
      this.received += bytes.length;
    });
    response.on('error', (error) => {
      this.wrong ??= `the connection failed: ${error.message}`;
    });
    response.on('end', () => {
      if (this.received !== this.#planned.length)
        this.wrong ??= `it ended after ${this.received} of ${this.#planned.length} bytes`;
    });
  }

  get isWhole(): boolean {
    return this.received === this.#planned.length;
  }

  close(): void {
    this.#response.removeAllListeners();
    this.#response.on('error', () => {});
    this.#response.destroy();
  }
}

function bodyOf(tokens: number): string {
  const messages = [{ role: 'user', content: 'Tell me a long story.' }];
  return JSON.stringify({ model: STREAM_MODEL, messages, max_tokens: tokens, stream: true });
}

/** What a server plans under the configuration. @param text the file's */
export async function plannerOf(text: string): Promise<RequestPlanner> {
  const configuration = loadConfiguration({ text: { name: 'file', content: text }, environment: {} });
  return RequestPlanner.create(createSnapshot(configuration, 1, 0));
}

export function plannedReply(planner: RequestPlanner, id: string, tokens: number): { status: number; body: Buffer } {
  const headers = new Map([
    ['x-llm-sim-request-id', id],
    ['authorization', `Bearer ${KEY}`],
  ]);
  const plan = planner.plan({ method: 'POST', path: PATH, headers, body: Buffer.from(bodyOf(tokens)) });
  return { status: plan.status, body: Buffer.concat(plan.frames.map(({ bytes }) => bytes)) };
}

export class OpenStreams {
  readonly #options: StreamOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  readonly #streams: OpenStream[] = [];

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** Opens them; resolves when every one has begun. */
  async open(planner: RequestPlanner): Promise<void> {
    const { streams, tokens } = this.#options;
    for (let first = 0; first < streams; first += 100) {
      const batch = Array.from({ length: Math.min(100, streams - first) }, (_, index) => `stream-${first + index}`);
      const opened = batch.map(async (id) => {
        const { body } = plannedReply(planner, id, tokens);
        this.#streams.push(new OpenStream(id, body, await this.#send(id, tokens)));
      });
      await Promise.all(opened);
    }
  }

  /** The whole reply to a request that is sent now. */
  async ask(id: string, tokens: number): Promise<{ status: number; body: Buffer }> {
    const response = await this.#send(id, tokens);
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    return { status: response.statusCode ?? 0, body: body[0] === 0x0a ? body.subarray(1) : body };
  }

  /** Bytes that have come, over all of them. */
  get received(): number {
    return this.#streams.reduce((sum, { received }) => sum + received, 0);
  }

  get openCount(): number {
    return this.#streams.filter(({ isWhole }) => !isWhole).length;
  }

  /** What came otherwise than planned, in words. */
  wrong(): string[] {
    return this.#streams.flatMap(({ id, wrong }) => (wrong === undefined ? [] : [`${id}: ${wrong}`]));
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
    this.#agent.destroy();
  }

  #send(id: string, tokens: number): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${KEY}`,
        'x-llm-sim-request-id': id,
      };
      const sent = request(this.#options.url + PATH, { method: 'POST', agent: this.#agent, headers });
      sent.on('error', reject);
      sent.on('response', resolve);
      sent.end(bodyOf(tokens));
    });
  }
}
