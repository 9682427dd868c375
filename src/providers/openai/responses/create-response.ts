/**
 * POST /v1/responses: check, find the model and what the request builds on, count, generate, leave the response for later requests, and
 * lay it out as one JSON document, as a stream, or as the beginning of a response that is made in the background.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../../contract.js';
import {
  e2eUsOf,
  type GeneratedChoice,
  type Generation,
  type ReasoningEffort,
  type ReplyFormat,
} from '../../generation.js';
import { promptedSchema } from '../../prompted-schema.js';
import { replyHeaders } from '../identity.js';
import { cacheScopeOf } from '../prompt-cache.js';
import { boundOfTokens, checkCapabilities, checkJsonIsAskedFor, serveBy } from './capabilities.js';
import { type Context, contextOf } from './context.js';
import { fitIntoWindow, type MeasuredInput } from './input-tokens.js';
import { itemResources } from './item-resources.js';
import { calledBy, textsOf } from './item-texts.js';
import { moderationOf } from './moderation.js';
import { callsIn, outputItems } from './output-items.js';
import { checkInputIsGiven, checkRequest } from './request-checks.js';
import { CREATE_FIELDS } from './request-fields.js';
import { ResponseIds } from './response-ids.js';
import { finalResponse, type ResponseFacts, show, unfinished, usageObject } from './response-object.js';
import { writeResponseStream } from './response-stream.js';
import { ANCESTORS_MAX, type Course, chainOf, continuedChain, type StoredResponse, store } from './stored-response.js';
import { type Offer, offerOf } from './tool-offer.js';
import { checkToolResults } from './tool-results.js';

/** Of the time to the first token, a response in the background is queued for this part: assumed. */
const QUEUED_PART_OF_TTFT = 0.5;

export const createResponse: Endpoint = {
  name: 'openai.responses.create',
  method: 'POST',
  paths: ['/v1/responses'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Create a model response',
    requestSchema: 'CreateResponse',
    replySchema: 'Response',
    eventSchema: 'ResponseStreamEvent',
  },
  answer,
};

/** A checked request with everything that it builds on. */
interface Prepared {
  readonly body: JsonObject;
  readonly model: ModelFacts;
  readonly context: Context;
  readonly offer: Offer;
  readonly size: MeasuredInput;
  readonly cachedTokens: number;
}

function answer(call: ApiRequest, simulation: Simulation): void {
  const prepared = prepare(call.body, simulation);
  const generation = generate(prepared, simulation);
  const { plan } = simulation;
  plan.promptTokens = prepared.size.tokens;
  plan.completionTokens = generation.completionTokens;
  const { body } = prepared;
  const ids = new ResponseIds(simulation);
  const course = body.stream === true ? courseOf(generation) : null;
  const stored = makeResponse(prepared, generation, course, ids, simulation);
  if (body.store !== false) {
    store(String(stored.response.id), stored, itemResources(prepared.context.items, ids), simulation);
  }
  const include = new Set((body.include ?? []) as readonly string[]);
  if (course !== null) {
    writeResponseStream({ stored, course, include, obfuscate: wantsObfuscation(body) }, call, simulation);
    return;
  }
  const [shown, dueUs] = stored.background
    ? [unfinished(stored.response, 'queued'), 0]
    : [show(stored.response, include), stored.e2eUs];
  plan.whole(200, replyHeaders('application/json', dueUs, simulation, call), JSON.stringify(shown), dueUs);
}

function prepare(requestBody: unknown, simulation: Simulation): Prepared {
  const body = checkRequest(requestBody, CREATE_FIELDS);
  const model = serveBy(String(body.model), simulation);
  const context = contextOf(body, simulation);
  const { previous, items } = context;
  if (previous !== undefined) simulation.followChain(chainOf(previous.stored));
  checkInputIsGiven(items, previous !== undefined);
  checkCapabilities(body, model);
  checkJsonIsAskedFor(body, items, previous !== undefined);
  const offer = offerOf(body);
  checkToolResults(items, previous?.stored.calls ?? []);
  const { measured: size, cachedTokens } = simulation.measurePrompt(model, cacheScopeOf(body, items), (meter) => {
    const input = fitIntoWindow(body, context, model, meter);
    // Only what is stored can be gone on with.
    return body.store === false ? { ...input, layout: undefined } : input;
  });
  // The frames of earlier replies may make the cache's count of the conversation a few tokens longer than the model's.
  return { body, model, context, offer, size, cachedTokens: Math.min(cachedTokens, size.tokens) };
}

function generate({ body, model, context, offer, size, cachedTokens }: Prepared, simulation: Simulation): Generation {
  const last = context.items.at(-1);
  return simulation.generate({
    model,
    promptTokens: size.tokens,
    cachedTokens,
    conversation: {
      lastMessage: context.lastMessage,
      endsWithToolResult: last !== undefined && calledBy(last) !== undefined,
    },
    choices: 1,
    maxTokens: boundOfTokens(body.max_output_tokens, model, size.tokens),
    maxTokensGiven: typeof body.max_output_tokens === 'number',
    stops: [],
    ...(offer.offer !== undefined && { tools: offer.offer }),
    format: formatOf(body, context.items),
    ...reasoningOf(body),
  });
}

function formatOf({ text, instructions }: JsonObject, items: readonly JsonObject[]): ReplyFormat {
  const format = isObject(text) && isObject(text.format) ? text.format : { type: 'text' };
  if (format.type === 'json_schema') return { kind: 'json_schema', schema: format.schema };
  if (format.type !== 'json_object') return { kind: 'text' };
  const texts = [...textsOf(instructions), ...items.flatMap(({ content }) => textsOf(content))];
  return { kind: 'json', schema: promptedSchema(texts) };
}

function reasoningOf({ reasoning }: JsonObject): { reasoning?: { effort: ReasoningEffort } } {
  const effort = isObject(reasoning) ? reasoning.effort : undefined;
  return typeof effort === 'string' ? { reasoning: { effort: effort as ReasoningEffort } } : {};
}

function courseOf({ choices, ttftUs, itlUs, stepTokens }: Generation): Course {
  return {
    tokens: choices[0].parts.map(({ tokens }) => tokens),
    ttftUs,
    itlUs: wholeGapsUs(ttftUs, itlUs),
    ...(stepTokens !== undefined && { stepTokens: [...stepTokens] }),
  };
}

/** The gaps in whole microseconds, short to store, so that every step stays within half of one of its exact time. */
function wholeGapsUs(ttftUs: number, itlUs: Float64Array): number[] {
  let restUs = ttftUs - Math.round(ttftUs);
  return Array.from(itlUs, (gapUs) => {
    const exactUs = gapUs + restUs;
    const wholeUs = Math.max(0, Math.round(exactUs));
    restUs = exactUs - wholeUs;
    return wholeUs;
  });
}

function makeResponse(
  prepared: Prepared,
  generation: Generation,
  course: Course | null,
  ids: ResponseIds,
  simulation: Simulation,
): StoredResponse {
  const { body, model, context, size } = prepared;
  const facts = factsOf(prepared, generation, ids, simulation);
  const background = body.background === true;
  const previous = context.previous?.stored;
  const ancestors = previous === undefined ? [] : [...previous.ancestors, String(previous.response.id)];
  const response = finalResponse(facts, body, model);
  return {
    response,
    background,
    queuedUs: background ? Math.round(generation.ttftUs * QUEUED_PART_OF_TTFT) : 0,
    e2eUs: e2eUsOf(generation),
    cancelledUs: null,
    course: background ? course : null,
    ancestors: ancestors.slice(-ANCESTORS_MAX),
    chain: previous && continuedChain(previous, response),
    historyTokens: size.contextTokens + generation.completionTokens - generation.reasoningTokens,
    lastMessage: context.lastMessage,
    calls: callsIn(facts.output),
    layout: size.layout,
  };
}

function factsOf(
  { body, context, offer, size, cachedTokens }: Prepared,
  generation: Generation,
  ids: ResponseIds,
  simulation: Simulation,
): ResponseFacts {
  const [choice] = generation.choices;
  const id = ids.next('resp');
  const output = outputItems(choice, { ...wishesOf(body), callables: offer.callables }, ids, simulation);
  const createdAt = simulation.created();
  return {
    id,
    createdAt,
    completedAt: createdAt + Math.ceil(e2eUsOf(generation) / 1_000_000),
    model: String(body.model) + simulation.modelSuffix,
    ...endOf(choice),
    output,
    moderation: moderationOf(body, context.items, choice, simulation),
    usage: usageObject({ inputTokens: size.tokens, cachedTokens }, generation),
  };
}

function endOf({ finish }: GeneratedChoice): Pick<ResponseFacts, 'status' | 'incompleteReason'> {
  if (finish === 'length') return { status: 'incomplete', incompleteReason: 'max_output_tokens' };
  if (finish === 'content_filter') return { status: 'incomplete', incompleteReason: 'content_filter' };
  return { status: 'completed', incompleteReason: null };
}

function wishesOf(body: JsonObject): { summary: unknown; topLogprobs: number | undefined } {
  const { reasoning, include, top_logprobs: top } = body;
  const summary = isObject(reasoning) ? (reasoning.summary ?? reasoning.generate_summary) : undefined;
  const asked = Array.isArray(include) && include.includes('message.output_text.logprobs');
  return { summary, topLogprobs: asked ? (typeof top === 'number' ? top : 0) : undefined };
}

function wantsObfuscation({ stream_options: options }: JsonObject): boolean {
  return isObject(options) && options.include_obfuscation === true;
}
