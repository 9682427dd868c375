/**
 * POST /v1/chat/completions: validate, look up the model, check the limits by real token counts, generate, and lay the answer out as
 * one JSON document or as a stream of chunks.
 */

import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import { ApiError } from '../contract.js';
import { type Conversation, e2eUsOf, type Generation, textOf } from '../generation.js';
import { type ChatRequest, parseChatRequest } from './chat-request.js';
import { type ChatReply, writeChatStream } from './chat-stream.js';
import { errorReply, invalidRequest, modelNotFound } from './errors.js';
import { completionId, replyHeaders } from './identity.js';
import { countPromptTokens } from './prompt-tokens.js';
import { usageOf } from './usage.js';

export const chatCompletions: Endpoint = {
  name: 'openai.chat.completions',
  method: 'POST',
  paths: ['/v1/chat/completions'],
  takesBody: true,
  description: {
    summary: 'Create a chat completion',
    requestSchema: 'CreateChatCompletionRequest',
    replySchema: 'CreateChatCompletionResponse',
    eventSchema: 'CreateChatCompletionStreamResponse',
  },
  answer,
};

function answer({ body }: ApiRequest, simulation: Simulation): void {
  const request = parseChatRequest(body);
  const model = findChatModel(request, simulation);
  // Set before anything can be rejected, so that a rejection is counted for its model.
  simulation.plan.modelIndex = model.index;
  const promptTokens = countPromptTokens(request.messages, simulation.tokenizerOf(model));
  const generation = simulation.generate({
    model,
    promptTokens,
    conversation: conversationOf(request.messages),
    choices: request.choices,
    maxTokens: boundOfTokens(request, model, promptTokens),
    maxTokensGiven: request.maxTokens !== undefined,
    stops: request.stops,
  });
  const reply = {
    id: completionId('chatcmpl', simulation),
    created: simulation.created(),
    model: request.model + simulation.modelSuffix,
    fingerprint: `sim-${simulation.seed}`,
  };
  simulation.plan.promptTokens = promptTokens;
  simulation.plan.completionTokens = generation.completionTokens;
  if (request.stream) writeChatStream(reply, generation, promptTokens, request.includeUsage, simulation);
  else writeWhole(reply, generation, promptTokens, simulation);
}

function conversationOf(messages: ChatRequest['messages']): Conversation {
  const last = messages.findLast(({ role }) => role === 'user');
  return { lastMessage: last?.texts.join('\n') ?? '', endsWithToolResult: messages.at(-1)?.role === 'tool' };
}

function findChatModel(request: ChatRequest, simulation: Simulation): ModelFacts {
  const model = simulation.findModel(request.model);
  if (model === undefined) throw modelNotFound(request.model);
  if (model.kind === 'chat') return model;
  throw new ApiError(
    errorReply(404, {
      message:
        'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
      type: 'invalid_request_error',
      param: 'model',
    }),
  );
}

/** The most tokens an answer may have: what was asked for, inside the model's output limit and what the context leaves. */
function boundOfTokens(request: ChatRequest, model: ModelFacts, promptTokens: number): number {
  const { contextWindowTokens, maxOutputTokens } = model;
  const { maxTokens, maxTokensField } = request;
  if (promptTokens >= contextWindowTokens) {
    throw invalidRequest(
      `This model's maximum context length is ${contextWindowTokens} tokens. However, your messages resulted in ${promptTokens} tokens. ` +
        'Please reduce the length of the messages.',
      'messages',
      'context_length_exceeded',
    );
  }
  if (maxTokens === undefined) return Math.min(maxOutputTokens, contextWindowTokens - promptTokens);
  if (maxTokens > maxOutputTokens) {
    throw invalidRequest(
      `${maxTokensField} is too large: ${maxTokens}. This model supports at most ${maxOutputTokens} completion tokens, whereas you ` +
        `provided ${maxTokens}.`,
      maxTokensField,
      'invalid_value',
    );
  }
  if (promptTokens + maxTokens > contextWindowTokens) {
    throw invalidRequest(
      `This model's maximum context length is ${contextWindowTokens} tokens. However, you requested ${promptTokens + maxTokens} tokens ` +
        `(${promptTokens} in the messages, ${maxTokens} in the completion). Please reduce the length of the messages or completion.`,
      'messages',
      'context_length_exceeded',
    );
  }
  return maxTokens;
}

function writeWhole(reply: ChatReply, generation: Generation, promptTokens: number, simulation: Simulation): void {
  const e2eUs = e2eUsOf(generation);
  const body = JSON.stringify({
    id: reply.id,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: generation.choices.map((choice, index) => ({
      index,
      message: { role: 'assistant', content: textOf(choice, 'text'), refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: choice.finish,
    })),
    usage: usageOf(promptTokens, generation),
    service_tier: 'default',
    system_fingerprint: reply.fingerprint,
  });
  simulation.plan.whole(200, replyHeaders('application/json', e2eUs, simulation), body, e2eUs);
}
