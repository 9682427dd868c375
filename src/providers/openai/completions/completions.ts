/**
 * POST /v1/completions: the older endpoint, which goes on with a text. Every prompt gets its own completions, the best of several where
 * asked, and all of them are one reply or one stream.
 */

import type { Tokenizer } from '../../../content/contract.js';
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../../contract.js';
import { type GeneratedChoice, type Generation, textTokensOf } from '../../generation.js';
import type { PromptMeter, PromptScope } from '../../prompt-meter.js';
import { promptExceedsWindow } from '../context-errors.js';
import { invalidRequest, modelNotFound, wrongEndpoint } from '../errors.js';
import { completionId } from '../identity.js';
import { cacheScopeOf } from '../prompt-cache.js';
import { checkReplySize } from '../request-fields.js';
import { type CompletionAnswer, choiceTexts } from './choices.js';
import {
  type CompletionPrompt,
  type CompletionRequest,
  invalidPrompt,
  parseCompletionRequest,
} from './completion-request.js';
import { writeCompletionStream } from './stream.js';
import { writeCompletionWhole } from './whole.js';

export const completions: Endpoint = {
  name: 'openai.completions',
  method: 'POST',
  paths: ['/v1/completions'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Create a completion',
    requestSchema: 'CreateCompletionRequest',
    replySchema: 'CreateCompletionResponse',
    eventSchema: 'CreateCompletionResponse',
  },
  answer: answerCompletion,
};

/** The size of all prompts together. */
interface PromptSize {
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

function answerCompletion(call: ApiRequest, simulation: Simulation): void {
  const { plan } = simulation;
  const request = parseCompletionRequest(call.body);
  const model = findCompletionModel(request.model, simulation);
  // Set before anything else can be rejected, so that a rejection is counted for its model.
  plan.modelIndex = model.index;
  const tokenizer = simulation.tokenizerOf(model);
  const prompts = request.prompts.map((prompt) => textOfPrompt(prompt, tokenizer));
  const { measured: promptTokens, cachedTokens } = simulation.measurePrompt(model, scopeOf(request), (meter) =>
    measurePrompts(request, model, meter),
  );
  const size = { promptTokens, cachedTokens };
  const generation = generate(request, model, prompts[0], size, simulation);
  const kept = keepBest(generation.choices, request, simulation);
  const answer: CompletionAnswer = {
    id: completionId('cmpl', simulation),
    created: simulation.created(),
    model: request.model + simulation.modelSuffix,
    fingerprint: `sim-${simulation.seed}`,
    generation: { ...generation, choices: kept },
    prompts: kept.map((_, index) => prompts[Math.floor(index / request.choices)]),
    usage: {
      ...size,
      completionTokens: generation.completionTokens,
      reasoningTokens: generation.reasoningTokens,
    },
  };
  plan.promptTokens = promptTokens;
  plan.completionTokens = generation.completionTokens;
  const texts = choiceTexts(answer, request, tokenizer, simulation);
  if (request.stream) writeCompletionStream(answer, texts, request.includeUsage, call, simulation);
  else writeCompletionWhole(answer, texts, call, simulation);
}

function findCompletionModel(name: string, simulation: Simulation): ModelFacts {
  const model = simulation.findModel(name, 'completion');
  if (model === undefined) throw modelNotFound(name);
  if (model.kind === 'completion') return model;
  throw wrongEndpoint(
    model.kind === 'chat'
      ? 'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?'
      : 'This model is not supported in the v1/completions endpoint.',
  );
}

/** @throws ApiError for ids that are no tokens of the model's encoding */
function textOfPrompt(prompt: CompletionPrompt, tokenizer: Tokenizer): string {
  if (typeof prompt === 'string') return prompt;
  if (prompt.some((id) => id >= tokenizer.idCount)) throw invalidPrompt();
  return tokenizer.decode(prompt);
}

/** Of the prompts of one request at most one can be what another began with. */
function scopeOf({ prompts, user }: CompletionRequest): PromptScope {
  const scope = cacheScopeOf({ user }, []);
  return { ...scope, cacheable: prompts.length === 1 };
}

/** The tokens of all prompts, each with the suffix. @throws ApiError for more than the model's context or a reply can hold */
function measurePrompts(request: CompletionRequest, model: ModelFacts, meter: PromptMeter): number {
  const tokens = request.prompts.map((prompt) => promptTokensOf(prompt, meter));
  const suffixTokens = meter.text(request.suffix);
  for (const count of tokens) checkContext(count + suffixTokens, request.maxTokens, model);
  checkSize(request, tokens);
  return tokens.reduce((sum, count) => sum + count + suffixTokens, 0);
}

function promptTokensOf(prompt: CompletionPrompt, meter: PromptMeter): number {
  if (typeof prompt === 'string') return meter.text(prompt);
  for (const id of prompt) meter.other(String(id), 1);
  return prompt.length;
}

function checkContext(promptTokens: number, maxTokens: number, { contextWindowTokens }: ModelFacts): void {
  if (promptTokens + maxTokens <= contextWindowTokens) return;
  const { message, param, code } = promptExceedsWindow(contextWindowTokens, promptTokens, maxTokens);
  throw invalidRequest(message, param, code);
}

/** @throws ApiError for more than one reply can hold; candidates that are not kept list no probabilities */
function checkSize(
  { candidates, choices, echo, maxTokens, topLogprobs }: CompletionRequest,
  promptTokens: readonly number[],
): void {
  const echoed = echo ? promptTokens.reduce((sum, tokens) => sum + tokens, 0) : 0;
  checkReplySize(promptTokens.length * candidates * maxTokens, undefined, 'prompt');
  checkReplySize(choices * (promptTokens.length * maxTokens + echoed), topLogprobs, 'prompt');
}

/** All candidates of all prompts: those of the first prompt first. */
function generate(
  request: CompletionRequest,
  model: ModelFacts,
  lastMessage: string,
  size: PromptSize,
  simulation: Simulation,
): Generation {
  const candidates = request.prompts.length * request.candidates;
  if (request.maxTokens === 0) {
    const choice: GeneratedChoice = {
      parts: [{ kind: 'text', tokens: [] }],
      finish: 'length',
      stopSequence: undefined,
    };
    return {
      choices: Array.from({ length: candidates }, () => choice),
      completionTokens: 0,
      reasoningTokens: 0,
      ttftUs: simulation.processingUs(model, size.promptTokens - size.cachedTokens),
      itlUs: new Float64Array(0),
    };
  }
  return simulation.generate({
    model,
    ...size,
    conversation: { lastMessage, endsWithToolResult: false },
    choices: candidates,
    maxTokens: request.maxTokens,
    maxTokensGiven: true,
    stops: request.stops,
  });
}

/** Of each prompt's candidates those with the most probable tokens, the best first. */
function keepBest(
  candidates: readonly GeneratedChoice[],
  { choices, candidates: perPrompt }: CompletionRequest,
  simulation: Simulation,
): readonly GeneratedChoice[] {
  if (perPrompt === choices) return candidates;
  const kept: GeneratedChoice[] = [];
  for (let first = 0; first < candidates.length; first += perPrompt) {
    const ranked = candidates
      .slice(first, first + perPrompt)
      .map((choice) => ({ choice, logprob: meanLogprob(choice, simulation) }))
      .sort((left, right) => right.logprob - left.logprob);
    kept.push(...ranked.slice(0, choices).map(({ choice }) => choice));
  }
  return kept;
}

function meanLogprob(choice: GeneratedChoice, simulation: Simulation): number {
  const probabilities = simulation.tokenProbabilities(textTokensOf(choice), 0);
  return probabilities.reduce((sum, { logprob }) => sum + logprob, 0) / Math.max(1, probabilities.length);
}
