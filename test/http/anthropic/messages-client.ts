/** Messages over fetch: as documents, as events, and as the message that the events of a stream add up to. */
import assert from 'node:assert/strict';
import { assertValid } from '../../schemas/published-schema.js';
import { parseEvents } from '../event-stream.js';

export type Json = { readonly [key: string]: unknown };

export const KEYS: Readonly<Record<string, string>> = { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' };
export const NEW_KEYS: Readonly<Record<string, string>> = {
  authorization: 'Bearer any',
  'anthropic-version': '2026-10-21',
};

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: { readonly ephemeral_5m_input_tokens: number; readonly ephemeral_1h_input_tokens: number };
  readonly output_tokens_details: { readonly thinking_tokens: number };
}

export interface Block {
  readonly type: string;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: Json;
}

export interface Message {
  readonly id: string;
  readonly model: string;
  readonly content: readonly Block[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly stop_details: Json | null;
  readonly usage: Usage;
}

export interface StreamEvent {
  readonly type: string;
  readonly index?: number;
  readonly message?: Message;
  readonly content_block?: Block;
  readonly delta?: Json;
  readonly usage?: Usage;
}

/** A valid request; fields that are given replace or extend it. */
export function messageRequest(fields: Json = {}): Json {
  return {
    model: 'claude-sonnet-4-5',
    max_tokens: 20_000,
    messages: [{ role: 'user', content: 'Why is the sky blue?' }],
    ...fields,
  };
}

export function post(
  simulator: { readonly url: string },
  body: unknown,
  { path = '/v1/messages', headers = KEYS }: { path?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Response> {
  return fetch(simulator.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The whole message, valid against the published schema. */
export async function createMessage(simulator: { readonly url: string }, body: Json, headers = KEYS): Promise<Message> {
  const response = await post(simulator, body, { headers });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const message = JSON.parse(text);
  assertValid('anthropic', 'Message', message);
  return message;
}

/** The events of a stream, each valid against the published schema and named after its type. */
export async function streamMessage(
  simulator: { readonly url: string },
  body: Json,
  headers = KEYS,
): Promise<StreamEvent[]> {
  const response = await post(simulator, { ...body, stream: true }, { headers });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return eventsOf(text);
}

export function eventsOf(text: string): StreamEvent[] {
  return parseEvents(text).map(({ name, data, lineEnd, raw }) => {
    assert.equal(lineEnd, '\n');
    const event = JSON.parse(data);
    assert.equal(raw, `event: ${event.type}\ndata: ${data}\n\n`);
    assert.equal(name, event.type);
    assertValid('anthropic', 'RawMessageStreamEvent', event);
    return event;
  });
}

/** What a client makes of the events, which have to come in the one order that the API knows. */
export function accumulate(events: readonly StreamEvent[]): Message {
  const rest = events.filter(({ type }) => type !== 'ping');
  const first = rest.shift();
  assert.equal(first?.type, 'message_start');
  assert.equal(rest.pop()?.type, 'message_stop');
  const last = rest.pop();
  assert.equal(last?.type, 'message_delta');
  const content: Block[] = [];
  let pieces: string[] | undefined;
  for (const { type, index, content_block: block, delta } of rest) {
    if (type === 'content_block_start') {
      assert.equal(index, content.length);
      assert.ok(pieces === undefined && block !== undefined);
      content.push(block);
      pieces = [];
    } else if (type === 'content_block_stop') {
      assert.equal(index, content.length - 1);
      assert.ok(pieces !== undefined);
      content.push(finished(content.pop()!, pieces));
      pieces = undefined;
    } else {
      assert.equal(type, 'content_block_delta');
      assert.equal(index, content.length - 1);
      assert.ok(pieces !== undefined && delta !== undefined);
      content.push(grown(content.pop()!, delta, pieces));
    }
  }
  assert.equal(pieces, undefined);
  assert.ok(last?.delta !== undefined);
  const { stop_reason, stop_sequence, stop_details } = last.delta as unknown as Message;
  const usage = { ...first?.message?.usage, ...last.usage };
  return { ...first?.message, content, stop_reason, stop_sequence, stop_details, usage } as Message;
}

function grown(block: Block, delta: Json, pieces: string[]): Block {
  switch (delta.type) {
    case 'text_delta':
      assert.equal(block.type, 'text');
      return { ...block, text: block.text + String(delta.text) };
    case 'thinking_delta':
      assert.equal(block.type, 'thinking');
      return { ...block, thinking: block.thinking + String(delta.thinking) };
    case 'signature_delta':
      assert.equal(block.type, 'thinking');
      return { ...block, signature: String(delta.signature) };
    default:
      assert.equal(delta.type, 'input_json_delta');
      assert.equal(block.type, 'tool_use');
      if (pieces.length === 0) assert.equal(delta.partial_json, '');
      pieces.push(String(delta.partial_json));
      return block;
  }
}

function finished(block: Block, pieces: readonly string[]): Block {
  return block.type === 'tool_use' ? { ...block, input: JSON.parse(pieces.join('')) } : block;
}

export function textOf({ content }: Message): string {
  return content.map(({ text = '' }) => text).join('');
}
