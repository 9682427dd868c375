/**
 * POST /v1/chat/completions: validate, look up the model, check the limits by real token counts, generate, and lay the answer out as
 * one JSON document or as a stream of chunks.
 */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../../contract.js';
import type { Conversation } from '../../generation.js';
import { modelNotFound, wrongEndpoint } from '../errors.js';
import { isResponsesOnly } from '../model-families.js';
import { cacheScopeOf } from '../prompt-cache.js';
import { answerOf } from './answer.js';
import { type ChatRequest, parseChatRequest } from './chat-request.js';
import { boundOfTokens } from './context.js';
import { checkModelRules } from './model-rules.js';
import { countPromptTokens } from './prompt-tokens.js';
import { checkSchemas } from './schemas.js';
import { writeChatStream } from './stream.js';
import { writeChatWhole } from './whole.js';

export const chatCompletions: Endpoint = {
  name: 'openai.chat.completions',
  method: 'POST',
  paths: ['/v1/chat/completions'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Create a chat completion',
    requestSchema: 'CreateChatCompletionRequest',
    replySchema: 'CreateChatCompletionResponse',
    eventSchema: 'CreateChatCompletionStreamResponse',
  },
  answer: answerChat,
};

/** Answers a chat request into the plan. @throws ApiError for one that the real API rejects */
export function answerChat(call: ApiRequest, simulation: Simulation): void {
  const { plan } = simulation;
  const request = simulation.read(() => checkedRequest(call, simulation));
  const model = findChatModel(request, simulation);
  const { measured, cachedTokens } = measureChat(request, model, simulation);
  const { prompt, bound } = measured;
  const generation = simulation.generate({
    model,
    promptTokens: prompt.total,
    cachedTokens,
    conversation: conversationOf(request),
    choices: request.choices,
    maxTokens: bound,
    maxTokensGiven: request.maxTokens !== undefined,
    stops: request.stops,
    tools: request.tools.offer,
    format: request.format,
    reasoning: request.effort === undefined ? undefined : { effort: request.effort },
  });
  const answer = answerOf(
    request,
    generation,
    { total: prompt.total, audio: prompt.audio, tools: prompt.tools, cached: cachedTokens },
    simulation,
    simulation.tokenizerOf(model),
  );
  plan.promptTokens = answer.usage.promptTokens;
  plan.completionTokens = answer.usage.completionTokens;
  if (request.stream) writeChatStream(answer, request, call, simulation);
  else writeChatWhole(answer, request, call, simulation);
}

/** What the request asks for. @throws ApiError for one that the API rejects before it counts anything */
function checkedRequest(call: ApiRequest, simulation: Simulation): ChatRequest {
  const request = parseChatRequest(call.body);
  const model = findChatModel(request, simulation);
  checkModelRules(request.body, request.messages, model, request.model);
  checkSchemas(request, simulation);
  return request;
}

/** Counts the prompt and what that leaves for the answer. @throws ApiError for a prompt or a limit that does not fit */
function measureChat(request: ChatRequest, model: ModelFacts, simulation: Simulation) {
  const replySchema = request.format.kind === 'json_schema' ? request.format.schema : undefined;
  const parts = { messages: request.messages, tools: request.tools.tools, replySchema };
  const scope = cacheScopeOf(request.body, request.body.messages as readonly unknown[]);
  return simulation.measurePrompt(model, scope, (meter) => {
    const prompt = countPromptTokens(parts, model.name, meter);
    return { prompt, bound: boundOfTokens(request, model, prompt) };
  });
}

function conversationOf({ messages }: ChatRequest): Conversation {
  const last = messages.findLast(({ role }) => role === 'user');
  const lastRole = messages.at(-1)?.role;
  return {
    lastMessage: last?.texts.join('\n') ?? '',
    endsWithToolResult: lastRole === 'tool' || lastRole === 'function',
  };
}

function findChatModel(request: ChatRequest, simulation: Simulation): ModelFacts {
  const model = simulation.findModel(request.model);
  if (model === undefined) throw modelNotFound(request.model);
  if (isResponsesOnly(model.name)) {
    throw wrongEndpoint('This model is only supported in v1/responses and not in v1/chat/completions.');
  }
  // Set before anything else can be rejected, so that a rejection is counted for its model.
  if (model.kind === 'chat') {
    simulation.plan.modelIndex = model.index;
    return model;
  }
  throw wrongEndpoint(
    'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
  );
}
