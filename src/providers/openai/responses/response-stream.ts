/**
 * A response as server-sent events, each with its name and a sequence number. Shapes: ResponseStreamEvent of OpenAI's published OpenAPI
 * document; their order is the one in which the real API sends them.
 *
 *   response.created                         at once; in the background, response.queued follows
 *   response.in_progress                     at once, or when the response leaves the queue
 *   response.output_item.added               with the item's first token
 *     response.content_part.added              of a message
 *       response.output_text.delta               one per chunk
 *     response.reasoning_summary_part.added    of reasoning that is summed up; without a summary its tokens only take their time
 *       response.reasoning_summary_text.delta
 *     response.function_call_arguments.delta, response.custom_tool_call_input.delta
 *     … .done                                  with the item's last token
 *   response.output_item.done
 *   response.completed | response.incomplete | response.failed
 *
 * The same function writes the stream anew for a client that comes back.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ApiRequest, Simulation } from '../../contract.js';
import { tokensOfStep } from '../../generation.js';
import { replyHeaders } from '../identity.js';
import { EventWriter } from './event-writer.js';
import { itemEvents } from './item-events.js';
import { show, unfinished } from './response-object.js';
import type { Course, StoredResponse } from './stored-response.js';

const CONTENT_TYPE = 'text/event-stream; charset=utf-8';

/** Events before the model says something: created and in_progress, and queued between them. */
const OVERTURE = 2;
const OVERTURE_IN_BACKGROUND = 3;

export interface StreamSource {
  readonly stored: StoredResponse;
  readonly course: Course;
  readonly include: ReadonlySet<string>;
  readonly obfuscate: boolean;
}

/** Where a client that comes back goes on. */
export interface Resumption {
  /** How long ago the response was begun, µs. */
  readonly elapsedUs: number;
  /** The last event that the client has; -1 for none. */
  readonly startingAfter: number;
}

const FROM_THE_BEGINNING: Resumption = { elapsedUs: 0, startingAfter: -1 };

/** Writes the plan of the stream. */
export function writeResponseStream(
  { stored, course, include, obfuscate }: StreamSource,
  call: ApiRequest,
  simulation: Simulation,
  resumption: Resumption = FROM_THE_BEGINNING,
): void {
  const headers = replyHeaders(CONTENT_TYPE, 0, simulation, call);
  const overture = stored.background ? OVERTURE_IN_BACKGROUND : OVERTURE;
  simulation.plan.stream(headers, Math.max(0, overture - 1 - resumption.startingAfter));
  const endUs = stored.cancelledUs ?? Number.POSITIVE_INFINITY;
  const events = new EventWriter(simulation, { ...resumption, endUs }, obfuscate);
  const final = show(stored.response, include);
  const items = (final.output as readonly JsonObject[]).map((item, index) =>
    itemEvents(item, index, course.tokens[index], summaryOf(final), events),
  );
  // The item with the most tokens first: see PlanBuilder.template.
  const byLength = items.map((item, index) => ({ item, length: course.tokens[index].length }));
  for (const { item } of byLength.sort((a, b) => b.length - a.length)) item.declareDeltas();
  for (const item of items) item.declareOthers();
  const life = new LifeEvents(final, stored, events);

  life.begin();
  events.waitUntil(course.ttftUs);
  let step = 0;
  const advance = (left: number): number => {
    if (step > 0) events.wait(course.itlUs[step - 1] ?? 0);
    return Math.min(left, tokensOfStep(course.stepTokens, step++));
  };
  for (const item of items) item.write(advance);
  life.end();
  // The client has seen it all: a stream has at least one frame.
  if (events.frames === 0) simulation.plan.whole(200, headers, '', 0);
}

function summaryOf({ reasoning }: JsonObject): unknown {
  return isObject(reasoning) ? reasoning.summary : undefined;
}

/** The events about the response as a whole. */
class LifeEvents {
  readonly #events: EventWriter;
  readonly #stored: StoredResponse;
  readonly #final: JsonObject;
  readonly #created: number;
  readonly #queued: number | undefined;
  readonly #inProgress: number;
  readonly #end: number;

  constructor(final: JsonObject, stored: StoredResponse, events: EventWriter) {
    this.#events = events;
    this.#stored = stored;
    this.#final = stored.cancelledUs === null ? final : unfinished(final, 'cancelled');
    const running = `,"response":${JSON.stringify(unfinished(final, 'in_progress'))}`;
    const waiting = stored.background ? `,"response":${JSON.stringify(unfinished(final, 'queued'))}` : running;
    this.#created = events.declare('response.created', '', waiting);
    this.#queued = stored.background ? events.declare('response.queued', '', waiting) : undefined;
    this.#inProgress = events.declare('response.in_progress', '', running);
    this.#end = events.declare(stored.cancelledUs === null ? `response.${String(final.status)}` : 'response.failed');
  }

  begin(): void {
    const events = this.#events;
    events.send(this.#created, '');
    if (this.#queued !== undefined) {
      events.send(this.#queued, '');
      events.wait(this.#stored.queuedUs);
    }
    events.send(this.#inProgress, '');
  }

  end(): void {
    this.#events.sendLast(this.#end, `,"response":${JSON.stringify(this.#final)}`);
  }
}
