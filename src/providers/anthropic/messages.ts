/**
 * POST /v1/messages: check, find the model, look into the prompt cache, count, generate, and lay the message out as one document or as a
 * stream of events.
 */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import { e2eUsOf, type Generation, type GenerationRequest } from '../generation.js';
import { apiKeyOf } from './api-key.js';
import { conversationFacts } from './conversation.js';
import { invalidRequest, modelNotFound } from './errors.js';
import { messageId, replyHeaders, unlimitedHeaders } from './identity.js';
import { writeMessageStream } from './message-stream.js';
import { type MessageRequest, type PromptRequest, parseMessageRequest } from './messages-request.js';
import { cacheMinimumTokens, defaultEffort, windowOverflow } from './model-generation.js';
import { type CacheUsage, PromptCache } from './prompt-cache.js';
import { countParts, TOKENS_PRIMING_THE_ANSWER } from './prompt-tokens.js';
import { contentOf, messageOf, outputTokensOf, type Reply, replyBlocks, stopReasonOf } from './reply.js';
import { holdConversation, resumedBody } from './thread.js';
import { type CallableTools, callableTools } from './tool-offer.js';

export const messages: Endpoint = {
  name: 'anthropic.messages',
  method: 'POST',
  paths: ['/v1/messages'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Create a message',
    requestSchema: 'MessageCreateParams',
    replySchema: 'Message',
    eventSchema: 'RawMessageStreamEvent',
    queryParameters: [{ name: 'beta', description: 'true for the reply of the beta API, which has more fields' }],
  },
  answer,
};

/** A chat model by the name that the client used. */
export function findChatModel({ model }: PromptRequest, simulation: Simulation): ModelFacts {
  const facts = simulation.findModel(model, 'chat');
  if (facts === undefined || facts.kind !== 'chat') throw modelNotFound(model);
  // Set before anything else can be rejected, so that a rejection is counted for its model.
  simulation.plan.modelIndex = facts.index;
  return facts;
}

function answer(call: ApiRequest, simulation: Simulation): void {
  const apiKey = apiKeyOf(call) ?? '';
  const sent = resumedBody(call.body, apiKey, simulation);
  const request = simulation.read(() => parseMessageRequest(call, sent));
  const model = findChatModel(request, simulation);
  checkOutputLimit(request, model);
  const cache = openCache(request, model, apiKey, simulation);
  const tokens = countParts(request, simulation.tokenizerOf(model));
  const promptTokens = tokens.reduce((sum, count) => sum + count, TOKENS_PRIMING_THE_ANSWER);
  const bound = boundOfTokens(request, model, promptTokens);
  const tools = callableTools(request.tools, request.toolChoice);
  const cacheMinimum = cacheMinimumTokens(request.generation);
  const size = { promptTokens, cachedTokens: cache.readTokens(tokens, cacheMinimum) };
  const generation = simulation.generate(generationRequest(request, model, size, bound, tools));
  // Only what is answered is cached.
  const usage = cache.settle(tokens, cacheMinimum, TOKENS_PRIMING_THE_ANSWER);
  simulation.plan.promptTokens = promptTokens;
  const windowFull = bound < request.maxTokens && windowOverflow(request.generation) === 'stop';
  const reply = replyOf(request, generation, usage, windowFull, tools, simulation);
  simulation.plan.completionTokens = outputTokensOf(reply);
  if (request.held !== undefined) {
    holdConversation(request.held, contentOf(reply), { id: reply.id, apiKey }, simulation);
  }
  send(reply, simulation);
}

function openCache(
  { parts, toolChoice, thinking }: MessageRequest,
  { name: model }: ModelFacts,
  apiKey: string,
  simulation: Simulation,
): PromptCache {
  return new PromptCache(parts, { apiKey, model, messageSettings: [toolChoice ?? null, thinking ?? null] }, simulation);
}

function checkOutputLimit({ maxTokens, model }: MessageRequest, { maxOutputTokens }: ModelFacts): void {
  if (maxTokens <= maxOutputTokens) return;
  throw invalidRequest(
    `max_tokens: ${maxTokens} > ${maxOutputTokens}, which is the maximum allowed number of output tokens for ${model}`,
  );
}

/** The most tokens that the reply may have: what was asked for, as far as the context window leaves room. */
function boundOfTokens(
  { maxTokens, generation }: MessageRequest,
  { contextWindowTokens }: ModelFacts,
  promptTokens: number,
): number {
  if (promptTokens > contextWindowTokens) {
    throw invalidRequest(`prompt is too long: ${promptTokens} tokens > ${contextWindowTokens} maximum`);
  }
  if (promptTokens + maxTokens <= contextWindowTokens) return maxTokens;
  if (windowOverflow(generation) === 'reject') {
    throw invalidRequest(
      `input length and \`max_tokens\` exceed context limit: ${promptTokens} + ${maxTokens} > ${contextWindowTokens}, decrease input ` +
        'length or `max_tokens` and try again',
    );
  }
  return contextWindowTokens - promptTokens;
}

function generationRequest(
  request: MessageRequest,
  model: ModelFacts,
  size: Pick<GenerationRequest, 'promptTokens' | 'cachedTokens'>,
  bound: number,
  tools: CallableTools,
): GenerationRequest {
  return {
    model,
    ...size,
    conversation: conversationFacts(request.messages),
    choices: 1,
    maxTokens: Math.max(1, bound),
    // Every request has to name a limit, so it says nothing about the length that the client expects.
    maxTokensGiven: false,
    stops: request.stops,
    tools: tools.offer,
    format: request.format,
    reasoning: reasoningOf(request),
  };
}

/** Without a word about thinking there is none, whatever the model's own habit. */
function reasoningOf({ thinking, effort, generation }: MessageRequest): GenerationRequest['reasoning'] {
  if (thinking?.type !== 'enabled' && thinking?.type !== 'adaptive') return { effort: 'none' };
  return { effort: effort ?? defaultEffort(generation), budgetTokens: thinking.budget_tokens };
}

function replyOf(
  request: MessageRequest,
  generation: Generation,
  cache: CacheUsage,
  windowFull: boolean,
  { toolsetOf }: CallableTools,
  simulation: Simulation,
): Reply {
  const id = messageId(simulation);
  const [choice] = generation.choices;
  const model = request.model + simulation.modelSuffix;
  if (request.maxTokens === 0) {
    // The client only fills the cache.
    const nothing = { ...generation, completionTokens: 0, reasoningTokens: 0, itlUs: new Float64Array(0) };
    return {
      id,
      model,
      request,
      cache,
      generation: nothing,
      blocks: [],
      stopReason: 'max_tokens',
      stopSequence: undefined,
    };
  }
  return {
    id,
    model,
    request,
    cache,
    generation,
    blocks: replyBlocks(choice.parts, request, toolsetOf, simulation),
    stopReason: stopReasonOf(choice, windowFull),
    stopSequence: choice.stopSequence,
  };
}

function send(reply: Reply, simulation: Simulation): void {
  const { cache, request, generation } = reply;
  const countedInput = cache.inputTokens + cache.writtenTokens['5m'] + cache.writtenTokens['1h'];
  const headers = (contentType: string) => [
    ...replyHeaders(contentType, simulation),
    ...(simulation.rateLimited ? [] : unlimitedHeaders(countedInput, outputTokensOf(reply), simulation.created())),
  ];
  if (request.stream) {
    writeMessageStream(
      reply,
      [...headers('text/event-stream; charset=utf-8'), 'cache-control', 'no-cache'],
      simulation,
    );
    return;
  }
  const e2eUs = e2eUsOf(generation);
  simulation.plan.whole(200, headers('application/json'), JSON.stringify(messageOf(reply)), e2eUs);
}
