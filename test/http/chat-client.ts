/** Chat completions over fetch, as bytes and as events, and the simulator that the tests of one file share. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type Simulator, type StartOptions, startSimulator } from '../../src/index.js';
import { parseEvents } from './event-stream.js';

export type Json = { readonly [key: string]: unknown };

/** Every delay is zero. */
export const AT_ONCE = { simulation: { time_scale: 0 } };

/** A valid request; fields that are given replace or extend it. */
export function chatRequest(fields: Json = {}): Json {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: 'Why is the sky blue?' }], ...fields };
}

/** Starts a simulator before the tests of a describe block and stops it behind them; the function gives it to a test. */
export function sharedSimulator(options: StartOptions): () => Simulator {
  let simulator: Simulator | undefined;
  before(async () => {
    simulator = await startSimulator(options);
  });
  after(() => simulator?.stop());
  return () => {
    assert.ok(simulator !== undefined);
    return simulator;
  };
}

/** Posts a body, an object as JSON. */
export function postChat(
  simulator: Simulator,
  body: Json | string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
}

/** The reply's text, which must be a success. */
export async function replyText(
  simulator: Simulator,
  body: Json | string,
  headers?: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await postChat(simulator, body, headers);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

/** The data of every event of a stream's text, `[DONE]` included; the text must consist of nothing but `data:` events of one line. */
export function eventsOf(text: string): string[] {
  return parseEvents(text).map(({ data, raw }) => {
    assert.equal(raw, `data: ${data}\n\n`);
    assert.doesNotMatch(data, /[\n\r]/);
    return data;
  });
}

/** The parsed chunks of a stream's text, which must end with `[DONE]`. */
export function chunksOf(text: string): Chunk[] {
  const events = eventsOf(text);
  assert.equal(events.pop(), '[DONE]');
  return events.map((event) => JSON.parse(event));
}

/** What a choice says, over all chunks. */
export function contentOf(chunks: readonly Chunk[], index = 0): string {
  return chunks
    .flatMap(({ choices }) => choices)
    .filter((choice) => choice.index === index)
    .map(({ delta }) => delta.content ?? '')
    .join('');
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export interface Chunk {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: { readonly role?: string; readonly content?: string; readonly refusal?: null };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Usage | null;
}

export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: { readonly content: string };
    readonly finish_reason: string;
  }[];
  readonly usage: Usage;
}

/** The parsed reply to a request without `stream`. */
export async function complete(
  simulator: Simulator,
  body: Json,
  headers?: Readonly<Record<string, string>>,
): Promise<Completion> {
  return JSON.parse(await replyText(simulator, body, headers));
}
