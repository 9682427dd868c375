/**
 * Threads: conversations that the server holds, so that a request sends only what is new. A request with thread {"type": "create"} leaves its
 * system prompt, tools and messages, the reply's included, under the reply's id; one with {"type": "continue", "previous_message_id"} goes on
 * from there and leaves the longer conversation under its own. A thread belongs to an API key and is forgotten as any state is. Source:
 * BetaMessageThreadParam of Anthropic's SDK, and what its thread and tool runner helpers send.
 */
import { hashValue, hexOf } from '../../kernel/content-hash.js';
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { Simulation } from '../contract.js';
import { notFound } from './errors.js';
import { invalid } from './field-rules.js';

/** What the server knows of a conversation and a continuing request may not repeat. */
const HELD_FIELDS = ['system', 'tools'] as const;

export interface HeldConversation {
  readonly system?: unknown;
  readonly tools?: unknown;
  readonly messages: readonly unknown[];
}

/**
 * The body as if the client had sent the whole conversation; any other body as it is.
 * @throws ApiError when there is no conversation to continue
 */
export function resumedBody(body: unknown, apiKey: string, simulation: Simulation): unknown {
  if (!isObject(body) || !isObject(body.thread) || body.thread.type !== 'continue') return body;
  const { previous_message_id: id } = body.thread;
  if (typeof id !== 'string') return body;
  for (const field of HELD_FIELDS) {
    if (body[field] !== undefined && body[field] !== null) {
      throw invalid(field, 'Extra inputs are not permitted when a thread is continued');
    }
  }
  const memory = simulation.recall(keyOf(id, apiKey));
  if (memory === undefined) {
    throw notFound('thread: no usable state was found for previous_message_id', { error_code: 'thread_not_found' });
  }
  const held: HeldConversation = JSON.parse(memory.document);
  const messages = Array.isArray(body.messages) ? [...held.messages, ...body.messages] : body.messages;
  return { ...body, ...held, messages };
}

/** The conversation that the request wants held; undefined for a request without a thread. */
export function heldConversation(body: JsonObject): HeldConversation | undefined {
  if (!isObject(body.thread)) return undefined;
  return { system: body.system, tools: body.tools, messages: body.messages as readonly unknown[] };
}

/** @param content the reply's blocks */
export function holdConversation(
  { messages, ...rest }: HeldConversation,
  content: readonly object[],
  { id, apiKey }: { readonly id: string; readonly apiKey: string },
  simulation: Simulation,
): void {
  const answer = content.length === 0 ? [] : [{ role: 'assistant', content }];
  simulation.remember(keyOf(id, apiKey), JSON.stringify({ ...rest, messages: [...messages, ...answer] }));
}

function keyOf(messageId: string, apiKey: string): string {
  return `anthropic.thread.${hexOf(hashValue(['thread', apiKey, messageId]))}`;
}
