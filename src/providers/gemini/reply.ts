/**
 * What generateContent and its stream have in common: a reply made of the generation, its identity, its usage, and the end of each
 * candidate. Shape and order of fields: GenerateContentResponse of generative_service.proto, as recorded.
 */

import type { Simulation, TokenProbability } from '../contract.js';
import type { Finish, GeneratedChoice, Generation } from '../generation.js';
import { BASE64_URL } from '../identifier-alphabets.js';
import type { GenerateCall } from './generate-request.js';
import { wantsEnum, withoutQuotes } from './reply-format.js';
import { ChoiceParts } from './reply-parts.js';
import { blockingRatings, harmlessRatings } from './safety.js';
import { type PromptUsage, usageMetadata } from './usage.js';

export interface Reply {
  readonly call: GenerateCall;
  readonly generation: Generation;
  readonly usage: PromptUsage;
  /** By choice. */
  readonly parts: readonly ChoiceParts[];
  /** By choice, of its text's tokens; undefined where the request does not ask for them. */
  readonly probabilities: readonly (readonly TokenProbability[])[] | undefined;
  /** How many alternatives each token lists. */
  readonly topLogprobs: number;
  /** modelVersion and responseId. */
  readonly identity: { readonly modelVersion: string; readonly responseId: string };
}

const RESPONSE_ID_CHARACTERS = 19;

const FINISH_REASONS: { readonly [finish in Finish]: string } = {
  stop: 'STOP',
  tool_calls: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
};

/** Generates, and sets the plan's counts. */
export function composeReply(call: GenerateCall, simulation: Simulation): Reply {
  const { request, model } = call;
  const config = request.generationConfig ?? {};
  const generated = simulation.generate(call.generation);
  const generation = wantsEnum(config) ? withoutQuotes(generated, simulation.tokenizerOf(model)) : generated;
  simulation.plan.completionTokens = isBlocked(generation) ? 0 : generation.completionTokens;
  const identity = {
    modelVersion: call.modelName + simulation.modelSuffix,
    responseId: `sim-${simulation.identifier(RESPONSE_ID_CHARACTERS, BASE64_URL)}`,
  };
  const topLogprobs = config.logprobs ?? 0;
  return {
    call,
    generation,
    identity,
    topLogprobs,
    usage: promptUsageOf(call),
    parts: generation.choices.map((choice) => new ChoiceParts(choice, call, simulation)),
    probabilities: config.responseLogprobs
      ? generation.choices.map((choice) => simulation.tokenProbabilities(textTokens(choice), topLogprobs))
      : undefined,
  };
}

function promptUsageOf({ prompt, cached, traits, request }: GenerateCall): PromptUsage {
  const tier = request.serviceTier ?? 'unspecified';
  return {
    promptTokens: prompt.total,
    promptDetails: prompt.details(),
    cachedTokens: cached.total,
    cachedDetails: cached.details(),
    serviceTier: tier === 'unspecified' ? 'standard' : tier,
    detailsCandidates: traits.isOld,
  };
}

export function textTokens({ parts }: GeneratedChoice): readonly string[] {
  return parts.flatMap(({ kind, tokens }) => (kind === 'text' ? tokens : []));
}

/** The fields that end a candidate, in two groups because `index` stands between them. */
export function endOf({ call, generation, parts }: Reply, choice: number): { finishReason: string; rest: object } {
  const { finish } = generation.choices[choice];
  const { safetySettings } = call.request;
  const called = finish !== 'content_filter' && parts[choice].calls.size > 0;
  const rest = {
    ...(called && { finishMessage: 'Model generated function call(s).' }),
    ...(finish === 'content_filter'
      ? { safetyRatings: blockingRatings(safetySettings ?? []) }
      : (call.traits.isOld || safetySettings !== undefined) && { safetyRatings: harmlessRatings() }),
  };
  return { finishReason: FINISH_REASONS[finish], rest };
}

/** A prompt that was blocked before anything was said: no candidates but the reason, and nothing that counts but the prompt. */
export function isBlocked({ choices }: Generation): boolean {
  return choices.every(
    ({ finish, parts }) =>
      finish === 'content_filter' && parts.every(({ kind, tokens }) => kind === 'reasoning' || tokens.length === 0),
  );
}

export function blockedReply({ call, usage, identity }: Reply): object {
  return {
    promptFeedback: { blockReason: 'SAFETY', safetyRatings: blockingRatings(call.request.safetySettings ?? []) },
    usageMetadata: usageMetadata(usage, 0, usage.promptTokens, 0),
    ...identity,
  };
}
