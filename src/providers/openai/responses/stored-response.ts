/**
 * What a response leaves behind, as two documents: the response as it will finally be, with what the next request of the conversation
 * needs to know, and the items of its input, which few ask for. How far the response has come follows from the document's age.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Recollection, ResponseChain, Simulation } from '../../contract.js';
import type { ConversationLayout } from './input-tokens.js';
import { familyOf } from './response-ids.js';

/** Ancestors that a response remembers: their input items are listed with its own. */
export const ANCESTORS_MAX = 100;
/** Of the text of the user's last turn: rules match it, and echo repeats it. */
const LAST_MESSAGE_CHARACTERS_MAX = 16_384;
/**
 * A response that its client waited for is finished this long before its planned end at the latest: its age counts from when it was
 * made up, a moment after the request came in, and a client that has the whole answer must not find it unfinished.
 */
const END_TOLERANCE_MS = 1_000;

/** Everything that a stream of the response is made of besides the response itself. */
export interface Course {
  /** The tokens of each output item. */
  readonly tokens: readonly (readonly string[])[];
  /** When the first token is due after the request's arrival, µs. */
  readonly ttftUs: number;
  /** The gap before each further step, µs. */
  readonly itlUs: readonly number[];
  /** How many tokens each step gives; absent where it is always one. */
  readonly stepTokens?: readonly number[];
}

/** A call that a tool may answer; the model does not go on before every complete one has been. */
export interface PastCall {
  readonly id: string;
  readonly complete: boolean;
}

export interface StoredResponse {
  /** With everything that `include` can ask for. */
  readonly response: JsonObject;
  readonly background: boolean;
  /** From the request's arrival until it is no longer queued, and until the last token, µs. */
  readonly queuedUs: number;
  readonly e2eUs: number;
  /** When it was cancelled, µs after the request's arrival; null when it was not. */
  readonly cancelledUs: number | null;
  /** Only of a background response that is streamed: others cannot be streamed again. */
  readonly course: Course | null;
  /** The responses before it, the oldest first. */
  readonly ancestors: readonly string[];
  /** The chain that ends with the response; absent where the response is the first of its chain. */
  readonly chain?: ResponseChain | undefined;
  /** Of all items up to here, in the model's context. */
  readonly historyTokens: number;
  readonly lastMessage: string;
  readonly calls: readonly PastCall[];
  /** Where the model's prefix cache stood at the end of the input; undefined without a cache. */
  readonly layout?: ConversationLayout | undefined;
}

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'cancelled';

/** Leaves the response for later requests. */
export function store(id: string, stored: StoredResponse, input: readonly JsonObject[], simulation: Simulation): void {
  const lastMessage = stored.lastMessage.slice(0, LAST_MESSAGE_CHARACTERS_MAX);
  simulation.remember(responseKey(id), JSON.stringify({ ...stored, lastMessage }));
  simulation.remember(inputKey(id), JSON.stringify(input));
}

/** Replaces the response and leaves its input as it is. */
export function replace(id: string, stored: StoredResponse, simulation: Simulation): void {
  simulation.remember(responseKey(id), JSON.stringify(stored));
}

export function forget(id: string, simulation: Simulation): void {
  simulation.forget(responseKey(id));
  simulation.forget(inputKey(id));
}

export interface Found {
  readonly stored: StoredResponse;
  readonly ageMs: number;
}

/** The response with this identifier, if it is still known. */
export function recallResponse(id: string, simulation: Simulation): Found | undefined {
  if (familyOf(id) === undefined) return undefined;
  return foundIn(simulation.recall(responseKey(id)), id);
}

/** What was recalled under a response's key, if it is that very response. */
export function foundIn(recollection: Recollection | undefined, id: string): Found | undefined {
  const found = anyFoundIn(recollection);
  return found?.stored.response.id === id ? found : undefined;
}

/** The response that was recalled under the key of one of its items. */
function anyFoundIn(recollection: Recollection | undefined): Found | undefined {
  if (recollection === undefined) return undefined;
  return { stored: JSON.parse(recollection.document) as StoredResponse, ageMs: recollection.ageMs };
}

/** What the response that was recalled said; nothing where none was. */
export function outputIn(recollection: Recollection | undefined): readonly JsonObject[] {
  return (anyFoundIn(recollection)?.stored.response.output ?? []) as readonly JsonObject[];
}

export function inputIn(recollection: Recollection | undefined): readonly JsonObject[] {
  return recollection === undefined ? [] : (JSON.parse(recollection.document) as JsonObject[]);
}

/** Everything that the response was made from, the oldest first: input and output of the responses before it, then its own input. */
export function conversationBefore({ response, ancestors }: StoredResponse, simulation: Simulation): JsonObject[] {
  const keys = ancestors.flatMap((id) => [inputKey(id), responseKey(id)]);
  const found = simulation.recallAll([...keys, inputKey(String(response.id))]);
  return found.flatMap((recollection, index) => (index % 2 === 0 ? inputIn(recollection) : outputIn(recollection)));
}

/** The key under which the response lies that has this identifier, or an item with it. */
export function responseKey(id: string): string {
  return `openai.response:${familyOf(id)}`;
}

export function inputKey(id: string): string {
  return `openai.response.input:${familyOf(id)}`;
}

/** The chain that ends with the response. */
export function chainOf({ chain, response }: StoredResponse): ResponseChain {
  return chain ?? { root: String(response.id), turns: 1, tokens: tokensOf(response) };
}

/** The chain that ends with a response that goes on with the stored one. */
export function continuedChain(stored: StoredResponse, response: JsonObject): ResponseChain {
  const { root, tokens, turns } = chainOf(stored);
  return { root, turns: turns + 1, tokens: tokens + tokensOf(response) };
}

function tokensOf({ usage }: JsonObject): number {
  return isObject(usage) && typeof usage.total_tokens === 'number' ? usage.total_tokens : 0;
}

/** How far the response has come by now. */
export function statusOf({ stored, ageMs }: Found): ResponseStatus {
  if (stored.cancelledUs !== null) return 'cancelled';
  const ageUs = ageMs * 1_000;
  if (stored.background && ageUs < stored.queuedUs) return 'queued';
  const toleranceUs = stored.background ? 0 : END_TOLERANCE_MS * 1_000;
  if (ageUs < stored.e2eUs - toleranceUs) return 'in_progress';
  return stored.response.status as ResponseStatus;
}
