/**
 * What the request builds on: the response before it and the items that it refers to, out of what earlier requests left behind. Asked for
 * in one go, because the first question to the store begins the request anew.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Recollection, Simulation } from '../../contract.js';
import { invalidRequest, shown } from '../errors.js';
import { typeOfItem } from './item-rules.js';
import { lastUserText } from './item-texts.js';
import { conversationNotFound, itemNotFound, promptNotFound } from './not-found.js';
import { familyOf } from './response-ids.js';
import { idOf } from './shape-rules.js';
import { type Found, foundIn, inputIn, inputKey, outputIn, responseKey } from './stored-response.js';

/** Responses that one request may refer to: the store answers for them and for their inputs at once. */
const REFERRED_MAX = 100;

export interface Context {
  readonly previous: Found | undefined;
  /** The request's own items, references replaced by what they refer to. */
  readonly items: readonly JsonObject[];
  /** Of all items before the request's own, in the model's context. */
  readonly historyTokens: number;
  /** The text of the last turn that a user wrote, in this request or before. */
  readonly lastMessage: string;
}

/** Throws the real API's errors for a conversation, prompt, response or item that does not exist. @param body checked */
export function contextOf(body: JsonObject, simulation: Simulation): Context {
  rejectUnknownParents(body);
  const items = inputItems(body.input);
  const previousId = typeof body.previous_response_id === 'string' ? body.previous_response_id : undefined;
  if (previousId !== undefined) idOf('resp')(previousId, 'previous_response_id');
  const references = items.filter((item) => typeOfItem(item) === 'item_reference').map(({ id }) => String(id));
  const responses = recallByFamily(
    [...(previousId === undefined ? [] : [previousId]), ...references],
    responseKey,
    simulation,
  );
  const previous = previousId === undefined ? undefined : foundIn(responses.get(familyOf(previousId)), previousId);
  if (previousId !== undefined && previous === undefined) throw previousNotFound(previousId);
  const resolved = references.length === 0 ? items : resolve(items, references, responses, simulation);
  return {
    previous,
    items: resolved,
    historyTokens: previous?.stored.historyTokens ?? 0,
    lastMessage: lastUserText(resolved) ?? previous?.stored.lastMessage ?? '',
  };
}

/** Conversations and prompt templates cannot be made here, so none exists. */
function rejectUnknownParents({ conversation, prompt }: JsonObject): void {
  const conversationId = isObject(conversation) ? conversation.id : conversation;
  if (typeof conversationId === 'string') throw conversationNotFound(conversationId);
  if (isObject(prompt)) throw promptNotFound(String(prompt.id));
}

/** The input as a list of items. */
function inputItems(input: unknown): readonly JsonObject[] {
  if (typeof input !== 'string') return (input ?? []) as readonly JsonObject[];
  return input === '' ? [] : [{ type: 'message', role: 'user', content: input }];
}

type Recalled = ReadonlyMap<string | undefined, Recollection | undefined>;

function recallByFamily(
  identifiers: readonly string[],
  keyOf: (id: string) => string,
  simulation: Simulation,
): Recalled {
  const byFamily = new Map<string, string>();
  for (const id of identifiers) {
    const family = familyOf(id);
    if (family !== undefined) byFamily.set(family, id);
  }
  if (byFamily.size === 0) return new Map();
  if (byFamily.size > REFERRED_MAX) {
    throw invalidRequest(
      `Invalid 'input': items of too many responses are referred to. Expected at most ${REFERRED_MAX}, but got ${byFamily.size} instead.`,
      'input',
      'array_above_max_length',
    );
  }
  const found = simulation.recallAll([...byFamily.values()].map(keyOf));
  return new Map([...byFamily.keys()].map((family, index) => [family, found[index]]));
}

/** Most references are to what the model said; only for others the inputs of responses are asked for. */
function resolve(
  items: readonly JsonObject[],
  references: readonly string[],
  responses: Recalled,
  simulation: Simulation,
): JsonObject[] {
  const known = new Map<string, JsonObject>();
  for (const recollection of responses.values()) {
    for (const item of outputIn(recollection)) known.set(String(item.id), item);
  }
  const open = references.filter((id) => !known.has(id));
  for (const recollection of recallByFamily(open, inputKey, simulation).values()) {
    for (const item of inputIn(recollection)) known.set(String(item.id), item);
  }
  return items.map((item) => {
    if (typeOfItem(item) !== 'item_reference') return item;
    const id = String(item.id);
    const referred = known.get(id);
    if (referred === undefined) throw itemNotFound(id);
    return referred;
  });
}

function previousNotFound(id: string): Error {
  return invalidRequest(
    `Previous response with id '${shown(id)}' not found.`,
    'previous_response_id',
    'previous_response_not_found',
  );
}
