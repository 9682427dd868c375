/**
 * What a request for a plain completion may say, checked as the real API checks it. Field list and ranges: CreateCompletionRequest of
 * OpenAI's published OpenAPI document. A prompt that is not of one of the four kinds gets one sentence for whatever is wrong with it.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { ApiError } from '../../contract.js';
import { httpError, invalidRequest } from '../errors.js';
import { aBoolean, anything, aString, decimal, type FieldRules, integer, stringOf } from '../field-rules.js';
import {
  checkModelAndFields,
  checkStreamOptions,
  logitBiasRule,
  stopRule,
  stopsOf,
  streamOptionsRule,
} from '../request-fields.js';

/** Prompts of one request, or token ids of a single prompt: more than a context has. */
const PROMPT_ITEMS_MAX = 32_768;
/** Texts that are written for one request, over all prompts: a long one takes a thread some milliseconds. */
const CANDIDATES_MAX = 512;
const DEFAULT_MAX_TOKENS = 16;

/** A text, or the ids of its tokens. */
export type CompletionPrompt = string | readonly number[];

export interface CompletionRequest {
  readonly model: string;
  /** At least one. */
  readonly prompts: readonly CompletionPrompt[];
  /** Completions of each prompt, and of how many they are the best. */
  readonly choices: number;
  readonly candidates: number;
  /** Zero writes nothing. */
  readonly maxTokens: number;
  readonly stops: readonly string[];
  /** Who asks. */
  readonly user: string | undefined;
  /** Whether a completion begins with its prompt. */
  readonly echo: boolean;
  /** What comes after the completion, in a text that it is inserted into. */
  readonly suffix: string;
  /** How many alternatives each token lists; undefined when no probabilities are asked for. */
  readonly topLogprobs: number | undefined;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const FIELDS: FieldRules = {
  model: aString,
  prompt: anything,
  suffix: stringOf({}),
  max_tokens: integer(0),
  temperature: decimal(0, 2),
  top_p: decimal(0, 1),
  n: integer(1, 128),
  best_of: integer(0, 20),
  stream: aBoolean,
  stream_options: streamOptionsRule,
  logprobs: integer(0, 5),
  echo: aBoolean,
  stop: stopRule,
  presence_penalty: decimal(-2, 2),
  frequency_penalty: decimal(-2, 2),
  logit_bias: logitBiasRule,
  seed: integer(-(2 ** 63), 2 ** 63),
  user: aString,
};

/** Checks the body and takes out what matters. @throws ApiError at the first problem */
export function parseCompletionRequest(body: unknown): CompletionRequest {
  if (!isObject(body)) throw new ApiError(httpError({ kind: 'not_json' }));
  checkModelAndFields(body, FIELDS);
  checkStreamOptions(body);
  const prompts = promptsOf(body.prompt);
  const choices = numberOr(body, 'n', 1);
  const candidates = numberOr(body, 'best_of', choices);
  const stream = body.stream === true;
  checkCandidates(choices, candidates, stream, prompts.length);
  return {
    model: body.model as string,
    prompts,
    choices,
    candidates,
    maxTokens: numberOr(body, 'max_tokens', DEFAULT_MAX_TOKENS),
    stops: stopsOf(body.stop),
    user: typeof body.user === 'string' ? body.user : undefined,
    echo: body.echo === true,
    suffix: typeof body.suffix === 'string' ? body.suffix : '',
    topLogprobs: typeof body.logprobs === 'number' ? body.logprobs : undefined,
    stream,
    includeUsage: stream && isObject(body.stream_options) && body.stream_options.include_usage === true,
  };
}

function numberOr(body: JsonObject, field: string, usual: number): number {
  const value = body[field];
  return typeof value === 'number' ? value : usual;
}

function checkCandidates(choices: number, candidates: number, stream: boolean, prompts: number): void {
  if (choices > candidates) {
    throw invalidRequest(
      'You requested that the server return more choices than it will generate (HINT: you must set ' +
        `'n' (currently ${choices}) to be at most 'best_of' (currently ${candidates}), or omit either parameter if you don't ` +
        'specifically want to use them.)',
      'best_of',
      null,
    );
  }
  if (stream && candidates > choices) {
    throw invalidRequest("Results cannot be streamed when 'best_of' is greater than 'n'.", 'best_of', null);
  }
  if (prompts * candidates > CANDIDATES_MAX) {
    throw invalidRequest(
      `Invalid 'prompt': too many completions. Expected at most ${CANDIDATES_MAX} over all prompts, but got ` +
        `${prompts * candidates} instead.`,
      'prompt',
      'array_above_max_length',
    );
  }
}

function promptsOf(prompt: unknown): readonly CompletionPrompt[] {
  // The document separator, which a model sees before a new text.
  if (prompt === undefined || prompt === null) return [''];
  if (typeof prompt === 'string') return [prompt];
  if (!Array.isArray(prompt) || prompt.length === 0 || prompt.length > PROMPT_ITEMS_MAX) throw invalidPrompt();
  const items: readonly unknown[] = prompt;
  if (items.every((item) => typeof item === 'string')) return items;
  if (isTokens(items)) return [items];
  if (items.every(isTokens)) return items;
  throw invalidPrompt();
}

function isTokens(value: unknown): value is readonly number[] {
  const ids = Array.isArray(value) && value.length > 0 && value.length <= PROMPT_ITEMS_MAX ? value : undefined;
  return ids?.every((id) => Number.isSafeInteger(id) && id >= 0) ?? false;
}

/** Of none of the four kinds, or with ids that are no tokens. */
export function invalidPrompt(): ApiError {
  return invalidRequest(
    "'$.prompt' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
    null,
    null,
  );
}
