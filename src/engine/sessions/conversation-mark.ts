/**
 * Tells which conversation a request goes on with by what was said: a request's own hash is that of everything up to what the model is to say
 * next, and the next request's conversation begins with the very same, followed by what the model said.
 *
 *   request 1    system, user 1                                 own = h(system, user 1)
 *   request 2    system, user 1 │ assistant 1, user 2           before = h(system, user 1)   own = h(all)
 *
 * Where a client changes what was said before, as when it drops the oldest turns, another session begins.
 */
import { hashValue, hexOf } from '../../kernel/content-hash.js';
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { SessionMark } from '../../runtime/session-mark.js';

/** Undefined for a request without a list of what was said. @param owner whose conversation it is */
export function conversationMark(body: JsonObject, owner: string): SessionMark | undefined {
  const said = [body.messages, body.contents, body.input].find(Array.isArray) as readonly unknown[] | undefined;
  if (said === undefined) return undefined;
  const opening = [
    owner,
    body.system ?? body.instructions ?? body.systemInstruction ?? body.system_instruction ?? null,
  ];
  // What the client puts into the model's mouth at the end is part of what the model says next.
  const turn = said.slice(0, endBefore(said, said.length, isOfModel));
  const modelEnd = endBefore(turn, turn.length, (item) => !isOfModel(item));
  const before = turn.slice(0, endBefore(turn, modelEnd, isOfModel));
  const hash = (items: readonly unknown[]): string => hexOf(hashValue([...opening, ...items]));
  return {
    id: '',
    priorTurns: 0,
    priorTokens: 0,
    conversation: { own: hash(turn), before: before.length === 0 ? undefined : hash(before) },
  };
}

/** Where the run of fitting items begins that ends at `end`; `end` itself where there is none. */
function endBefore(items: readonly unknown[], end: number, fits: (item: unknown) => boolean): number {
  let start = end;
  while (start > 0 && fits(items[start - 1])) start--;
  return start;
}

/** By its role, or of OpenAI's items without one by its type. */
function isOfModel(item: unknown): boolean {
  if (!isObject(item)) return false;
  const { role, type } = item;
  if (role !== undefined) return role === 'assistant' || role === 'model';
  return type === 'reasoning' || (typeof type === 'string' && /_call$/.test(type));
}
