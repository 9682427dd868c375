/** POST models/{model}:generateContent: the whole reply as one document. */
import type { ApiRequest, Endpoint, Simulation } from '../contract.js';
import { e2eUsOf } from '../generation.js';
import type { ApiVersion } from './api-version.js';
import { readGenerateCall } from './generate-request.js';
import { jsonHeaders } from './headers.js';
import { logprobsFields } from './logprobs.js';
import { blockedReply, composeReply, endOf, isBlocked, type Reply } from './reply.js';
import { usageMetadata } from './usage.js';
import { prettyJson } from './wire-json.js';

export function generateContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.generate_content`,
    method: 'POST',
    paths: [`/${version}/models/:model`],
    verb: 'generateContent',
    takesBody: 'optional',
    contentName: 'gemini.models.generate_content',
    description: {
      summary: 'Generate content',
      requestSchema: 'GenerateContentRequest',
      replySchema: 'GenerateContentResponse',
    },
    answer: (call, simulation) => answer(call, version, simulation),
  };
}

function answer(call: ApiRequest, version: ApiVersion, simulation: Simulation): void {
  const reply = composeReply(readGenerateCall(call, version, simulation), simulation);
  const { generation, usage } = reply;
  const blocked = isBlocked(generation);
  const dueUs = blocked ? generation.ttftUs : e2eUsOf(generation);
  const headers = [...jsonHeaders(dueUs), 'x-gemini-service-tier', usage.serviceTier];
  const document = blocked ? blockedReply(reply) : wholeReply(reply);
  simulation.plan.whole(200, headers, `${prettyJson(document)}\n`, dueUs);
}

function wholeReply(reply: Reply): object {
  const { completionTokens, reasoningTokens, choices } = reply.generation;
  const totalTokens = reply.usage.promptTokens + completionTokens;
  return {
    candidates: choices.map((_, index) => candidate(reply, index)),
    usageMetadata: usageMetadata(reply.usage, completionTokens - reasoningTokens, totalTokens, reasoningTokens),
    ...reply.identity,
  };
}

function candidate(reply: Reply, index: number): object {
  const parts = reply.parts[index].whole(reply.call.thinking.isShown);
  const { finishReason, rest } = endOf(reply, index);
  const content = parts.length === 0 ? { role: 'model' } : { parts, role: 'model' };
  const probabilities = reply.probabilities?.[index] ?? [];
  return {
    content: finishReason === 'SAFETY' ? {} : content,
    finishReason,
    index,
    ...rest,
    ...logprobsFields(probabilities, reply.topLogprobs),
  };
}
