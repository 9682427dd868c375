/** POST models/{model}:generateContent: the whole reply as one document. */
import type { ApiRequest, Endpoint, Simulation } from '../contract.js';
import { e2eUsOf } from '../generation.js';
import type { ApiVersion } from './api-version.js';
import { readGenerateCall } from './generate-request.js';
import { jsonHeaders } from './headers.js';
import { averageLogprobs, logprobsResult } from './logprobs.js';
import { blockedReply, composeReply, endOf, isBlocked, type Reply, textTokens } from './reply.js';
import { usageMetadata } from './usage.js';
import { prettyJson } from './wire-json.js';

export function generateContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.generate_content`,
    method: 'POST',
    paths: [`/${version}/models/:model`],
    verb: 'generateContent',
    takesBody: 'optional',
    limitPool: 'model',
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
  const document = blocked ? blockedReply(reply) : wholeReply(reply, simulation);
  simulation.plan.whole(200, headers, `${prettyJson(document)}\n`, dueUs);
}

function wholeReply(reply: Reply, simulation: Simulation): object {
  const { completionTokens, reasoningTokens, choices } = reply.generation;
  const totalTokens = reply.usage.promptTokens + completionTokens;
  return {
    candidates: choices.map((_, index) => candidate(reply, index, simulation)),
    usageMetadata: usageMetadata(reply.usage, completionTokens - reasoningTokens, totalTokens, reasoningTokens),
    ...reply.identity,
  };
}

function candidate(reply: Reply, index: number, simulation: Simulation): object {
  const parts = reply.parts[index].whole(reply.call.thinking.isShown);
  const { finishReason, rest } = endOf(reply, index);
  const content = parts.length === 0 ? { role: 'model' } : { parts, role: 'model' };
  return {
    content: finishReason === 'SAFETY' ? {} : content,
    finishReason,
    index,
    ...rest,
    ...logprobs(reply, index, simulation),
  };
}

/** All probabilities where they are asked for; models of old say the average of every reply in one piece. */
function logprobs(
  { probabilities, topLogprobs, call, generation }: Reply,
  index: number,
  simulation: Simulation,
): object {
  if (probabilities !== undefined) {
    return {
      ...averageLogprobs(probabilities[index]),
      logprobsResult: logprobsResult(probabilities[index], topLogprobs),
    };
  }
  return call.traits.isOld
    ? averageLogprobs(simulation.tokenProbabilities(textTokens(generation.choices[index]), 0))
    : {};
}
