/** The Responses API over fetch, as documents and as events that must be what the published schema says. */
import assert from 'node:assert/strict';
import type { Simulator } from '../../../src/index.js';
import { assertValid } from '../../schemas/published-schema.js';
import type { Json } from '../chat-client.js';
import { parseEvents } from '../event-stream.js';
import { documentOf, post } from './post.js';

export const NEVER = { distribution: 'constant', value_ms: 600_000 };
export const NOW = { distribution: 'constant', value_ms: 0 };

export interface OutputItem {
  readonly id: string;
  readonly type: string;
  readonly status?: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly encrypted_content?: string;
  readonly summary?: readonly { readonly text: string }[];
  readonly content?: readonly {
    readonly type: string;
    readonly text: string;
    readonly logprobs: readonly Json[];
  }[];
}

export interface ResponseDocument {
  readonly id: string;
  readonly status: string;
  readonly model: string;
  readonly background: boolean;
  readonly created_at: number;
  readonly completed_at: number | null;
  readonly incomplete_details: { readonly reason: string } | null;
  readonly previous_response_id: string | null;
  readonly output: readonly OutputItem[];
  readonly usage: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly output_tokens_details: { readonly reasoning_tokens: number };
    readonly total_tokens: number;
  } | null;
  readonly [setting: string]: unknown;
}

export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly item_id?: string;
  readonly output_index?: number;
  readonly summary_index?: number;
  readonly delta?: string;
  readonly text?: string;
  readonly arguments?: string;
  readonly input?: string;
  readonly item?: OutputItem;
  readonly obfuscation?: string;
  readonly logprobs?: readonly Json[];
  readonly response?: ResponseDocument;
}

/** The response to the body, which must be a valid one. */
export async function respond(simulator: Simulator, body: Json): Promise<ResponseDocument> {
  const document = await documentOf<ResponseDocument>(await post(simulator, '/v1/responses', body));
  assertValid('openai', 'Response', document);
  return document;
}

/** The events of the response to the body, which must be valid and in order. */
export async function respondInEvents(simulator: Simulator, body: Json): Promise<ResponseEvent[]> {
  return eventsIn(await post(simulator, '/v1/responses', { ...body, stream: true }));
}

export async function retrieve(simulator: Simulator, id: string, query = ''): Promise<ResponseDocument> {
  const document = await documentOf<ResponseDocument>(await fetch(`${simulator.url}/v1/responses/${id}${query}`));
  assertValid('openai', 'Response', document);
  return document;
}

/** The events of a whole stream: named like their type, numbered without a gap from the first one's number. */
export async function eventsIn(response: Response): Promise<ResponseEvent[]> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  const events = parseEvents(text).map(({ name, data, raw }): ResponseEvent => {
    const event = JSON.parse(data) as ResponseEvent;
    assert.equal(raw, `event: ${name}\ndata: ${data}\n\n`);
    assert.equal(event.type, name);
    assertValid('openai', 'ResponseStreamEvent', event);
    return event;
  });
  for (const [index, event] of events.entries()) assert.equal(event.sequence_number, events[0].sequence_number + index);
  return events;
}

/** The types of the events, runs of one type taken together. */
export function typesOf(events: readonly ResponseEvent[]): string[] {
  return events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
}

export interface ItemList {
  readonly data: readonly (OutputItem & {
    readonly role?: string;
    readonly result?: unknown;
    readonly output?: unknown;
  })[];
  readonly first_id: string;
  readonly last_id: string;
  readonly has_more: boolean;
}

/** The items of a response's input, a page of them by the query. */
export async function listInput(simulator: Simulator, id: string, query = ''): Promise<ItemList> {
  const items = await documentOf<ItemList>(await fetch(`${simulator.url}/v1/responses/${id}/input_items${query}`));
  assertValid('openai', 'ResponseItemList', items);
  return items;
}

/** What an item's deltas add up to. */
export function deltasOf(events: readonly ResponseEvent[], itemId: string): string {
  return events
    .filter((event) => event.item_id === itemId && event.type.endsWith('.delta'))
    .map(({ delta }) => delta)
    .join('');
}

export function textOf({ output }: ResponseDocument): string {
  return output.flatMap(({ content }) => content?.map(({ text }) => text) ?? []).join('');
}
