/**
 * What a trace says of a request that only its worker has read: the model's name as the client wrote it, the settings of its generation, and what
 * the reply is called and how it ends. Nothing of what was said.
 *
 * Invariant: whatever the body holds, the facts are few, short and of the types that they should have; what is not, is left out.
 */
import { isObject, type JsonObject } from '../kernel/json-object.js';
import type { ReplyEvents } from '../providers/contract.js';
import type { Generation } from '../providers/generation.js';
import { planFrameCount, planStatus } from '../runtime/plan-reader.js';
import { framesOf } from '../runtime/plan-summary.js';
import { MODEL_CHARS_MAX, type RequestFacts } from '../telemetry/tracing/request-record.js';
import type { ApiCall } from './api-call.js';

export interface TracedReply {
  readonly call: Pick<ApiCall, 'body' | 'parameters'>;
  /** Whether it was asked for as a stream. */
  readonly streams: boolean;
  /** What the model said; undefined where it was not asked to say anything. */
  readonly generation: Generation | undefined;
  /** The plan's head and frames. */
  readonly plan: Uint8Array;
  readonly replyEvents: Pick<ReplyEvents, 'identifierIn'>;
}

type Setting =
  | 'maxTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'seed'
  | 'choices';
type Settings = { [name in Setting]?: number };

/** The facts that are numbers, with the names that the APIs have for them. */
const SETTINGS: readonly (readonly [setting: Setting, isWhole: boolean, names: readonly string[]])[] = [
  ['maxTokens', true, ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens']],
  ['temperature', false, ['temperature']],
  ['topP', false, ['top_p', 'topP']],
  ['topK', false, ['top_k', 'topK']],
  ['frequencyPenalty', false, ['frequency_penalty', 'frequencyPenalty']],
  ['presencePenalty', false, ['presence_penalty', 'presencePenalty']],
  ['seed', true, ['seed']],
  ['choices', true, ['n', 'candidateCount']],
];

/** The identifier stands in the first event, or in one of the next where that is about something else. */
const EVENTS_SEARCHED = 4;
/** Of an event or a body, from its beginning and from its end: what lies between is what was said. */
const SEARCHED_BYTES = 2_048;
/** As many answers as a request may ask for. */
const REASONS_MAX = 128;

/** As JSON. */
export function traceFacts(reply: TracedReply): string {
  const { call, generation, streams } = reply;
  const facts: RequestFacts = {
    ...modelOf(call),
    ...settingsOf(call.body),
    ...(streams ? { stream: true } : {}),
    ...(generation === undefined ? {} : outcomeOf(generation, reply)),
  };
  return JSON.stringify(facts);
}

function modelOf({ body, parameters }: TracedReply['call']): Pick<RequestFacts, 'model'> {
  const model = parameters.model ?? parameters.deployment ?? (isObject(body) ? body.model : undefined);
  return typeof model === 'string' && model !== '' ? { model: model.slice(0, MODEL_CHARS_MAX) } : {};
}

function settingsOf(body: unknown): Settings {
  const settings: Settings = {};
  if (!isObject(body)) return settings;
  const places = [body, body.generationConfig, body.generation_config].filter(isObject);
  for (const [setting, isWhole, names] of SETTINGS) {
    const value = numberIn(places, names);
    if (value !== undefined && (!isWhole || Number.isSafeInteger(value))) settings[setting] = value;
  }
  return settings;
}

function numberIn(places: readonly JsonObject[], names: readonly string[]): number | undefined {
  for (const place of places) {
    for (const name of names) {
      const value = Object.hasOwn(place, name) ? place[name] : undefined;
      if (typeof value === 'number' && Number.isFinite(value)) return value;
    }
  }
  return undefined;
}

function outcomeOf({ choices, reasoningTokens }: Generation, { plan, replyEvents }: TracedReply): RequestFacts {
  if (planStatus(plan) >= 400) return {};
  const responseId = identifierOf(plan, replyEvents);
  return {
    ...(responseId === undefined ? {} : { responseId }),
    finishReasons: choices.slice(0, REASONS_MAX).map(({ finish }) => finish),
    ...(reasoningTokens > 0 ? { reasoningTokens } : {}),
  };
}

function identifierOf(plan: Uint8Array, replyEvents: TracedReply['replyEvents']): string | undefined {
  let left = Math.min(EVENTS_SEARCHED, planFrameCount(plan));
  if (left === 0) return undefined;
  for (const { bytes } of framesOf(plan)) {
    const identifier = replyEvents.identifierIn(endsOf(bytes));
    if (identifier !== undefined) return identifier;
    left--;
    if (left === 0) return undefined;
  }
  return undefined;
}

function endsOf(bytes: Uint8Array): string {
  const decoder = new TextDecoder();
  if (bytes.length <= 2 * SEARCHED_BYTES) return decoder.decode(bytes);
  return decoder.decode(bytes.subarray(0, SEARCHED_BYTES)) + decoder.decode(bytes.subarray(-SEARCHED_BYTES));
}
