/**
 * A server with one rule per fault, each for the requests that name it in a header, and a client that sees the bytes, the chunks in which they
 * come, and how the connection ends.
 */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { SelectedTransport } from '../../../src/server/transport/select.js';
import { type RunningServer, startServer } from '../server-harness.js';
import { RawClient, request } from '../transport/raw-client.js';

/** The faults of a file's tests, by the name that a request gives. */
export interface Cases {
  readonly [name: string]: object;
}

/** What the model says: every word is a token of its own, so that tokens can be counted in a text. */
export const WORDS = ['one', ' two', ' three', ' four', ' five', ' six', ' seven', ' eight'];
const TEXT = WORDS.join('');
const CASE_HEADER = 'x-case';
/** Its first token would come in an hour. */
export const SLOW_MESSAGE = 'Take your time.';
const HOUR_MS = 3_600_000;

function configurationOf(cases: Cases): object {
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  return {
    faults: {
      rules: Object.entries(cases).map(([name, fault]) => ({
        name,
        fault,
        match: { headers: { [CASE_HEADER]: `^${name}$` } },
      })),
    },
    replies: {
      generator: 'fixed',
      text: TEXT,
      rules: [{ match: { last_message: SLOW_MESSAGE }, reply: { latency: { ttft: constant(HOUR_MS) } } }],
    },
    providers: { 'gpt-4o': { latency: { ttft: constant(2), itl: constant(1) } } },
  };
}

/** Starts the server before the tests of a describe block and stops it behind them. */
export function sharedServer(selected: SelectedTransport, cases: Cases): () => RunningServer {
  let running: RunningServer | undefined;
  before(async () => {
    running = await startServer({ config: configurationOf(cases), transport: selected.name });
  });
  after(() => running?.server.stop());
  return () => {
    assert.ok(running !== undefined);
    return running;
  };
}

export interface Asked {
  readonly stream: boolean;
  /** The fault's name; a reply that is right unless given. */
  readonly fault?: string;
  readonly message?: string;
  readonly fields?: object;
}

/** Sends a chat completion; requests that differ in nothing but the fault have the same answer, but for the fault. */
export async function ask({ port }: RunningServer, { fault, fields, message, stream }: Asked): Promise<RawClient> {
  const client = await RawClient.connect(port, '127.0.0.1', true);
  const body = { model: 'gpt-4o', stream, messages: [{ role: 'user', content: message ?? 'Count.' }], ...fields };
  const headers = ['Content-Type: application/json', 'x-llm-sim-request-id: 1'];
  if (fault !== undefined) headers.push(`${CASE_HEADER}: ${fault}`);
  client.send(request('POST', '/v1/chat/completions', headers, JSON.stringify(body)));
  return client;
}

/** What came of an answer so far. */
export interface Answer {
  readonly head: string;
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Undefined for one that is not chunked. Each is what the server wrote at a time; without the opening of `uws`. */
  readonly chunks: readonly Buffer[] | undefined;
  /** Behind the headers, without the chunks' framing. */
  readonly body: Buffer;
  /** Whether a chunked body has its end. */
  readonly ended: boolean;
}

/** Expects a client that has at least the headers. */
export function answerOf(client: RawClient): Answer {
  const bytes = client.bytes;
  const headEnd = bytes.indexOf('\r\n\r\n');
  assert.ok(headEnd > 0, `no headers in ${JSON.stringify(client.text)}`);
  const head = bytes.toString('latin1', 0, headEnd);
  const [statusLine, ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const rest = bytes.subarray(headEnd + 4);
  const chunked = headers.get('transfer-encoding') === 'chunked' ? chunksIn(rest) : undefined;
  return {
    head,
    status: Number(statusLine!.split(' ')[1]),
    headers,
    chunks: chunked?.chunks,
    body: chunked === undefined ? rest : Buffer.concat(chunked.chunks),
    ended: chunked?.ended ?? false,
  };
}

function chunksIn(bytes: Buffer): { chunks: Buffer[]; ended: boolean } {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { chunks, ended: false };
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + 2;
    if (size === 0) return { chunks, ended: bytes.length >= start + 2 };
    const chunk = bytes.subarray(start, start + size);
    const isOpening = chunks.length === 0 && chunk.length === 1 && chunk[0] === 10;
    if (chunk.length > 0 && !isOpening) chunks.push(chunk);
    if (chunk.length < size) return { chunks, ended: false };
    at = start + size + 2;
  }
}

/** The whole answer of a client whose connection stays open. */
export async function completeAnswer(client: RawClient): Promise<Answer> {
  await client.response();
  return answerOf(client);
}

/** The answer of a client whose connection the server ends. */
export async function brokenAnswer(client: RawClient): Promise<Answer> {
  await client.waitForClose();
  return answerOf(client);
}

/** What the chunks of a chat completion say. */
export function saidIn(body: Buffer): string {
  const contents = body.toString().matchAll(/"delta":\{"content":("[^"]*")/g);
  return Array.from(contents, ([, content]) => JSON.parse(content!)).join('');
}
