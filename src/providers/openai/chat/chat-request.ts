/**
 * What a chat completion request may say, checked field by field as the real API checks it, and the part of it that the simulation
 * acts on. Field list and ranges: CreateChatCompletionRequest of OpenAI's published OpenAPI document.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { ApiError } from '../../contract.js';
import type { ReasoningEffort, ReplyFormat } from '../../generation.js';
import { httpError, invalidRequest } from '../errors.js';
import {
  aBoolean,
  anArray,
  arrayOf,
  aString,
  decimal,
  type FieldRule,
  type FieldRules,
  integer,
  missing,
  objectOf,
  oneOf,
  stringOf,
  wrongType,
} from '../field-rules.js';
import {
  CALLER_FIELDS,
  checkModelAndFields,
  checkStreamOptions,
  logitBiasRule,
  metadataRule,
  stopRule,
  stopsOf,
  streamOptionsRule,
} from '../request-fields.js';
import { type ChatMessage, parseMessages } from './messages.js';
import { parseResponseFormat, responseFormatRule } from './response-format.js';
import { type ChatTools, parseTools, TOOL_FIELDS } from './tools.js';

export interface ChatRequest {
  readonly model: string;
  /** The checked body, for rules that depend on the model. */
  readonly body: JsonObject;
  readonly messages: readonly ChatMessage[];
  readonly tools: ChatTools;
  readonly format: ReplyFormat;
  readonly effort: ReasoningEffort | undefined;
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Whether every event is padded, so that its length does not give its text away. */
  readonly obfuscate: boolean;
  readonly stops: readonly string[];
  /** How many alternatives each token lists; undefined when no probabilities are asked for. */
  readonly topLogprobs: number | undefined;
  /** max_completion_tokens or max_tokens; undefined when neither is set. */
  readonly maxTokens: number | undefined;
  /** The name under which the client set it, for error messages. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** The tier that serves the request, as replies name it. */
  readonly serviceTier: string;
  /** The text that the client expects the reply to repeat. */
  readonly prediction: string | undefined;
  /** The format of the audio that the reply is to be spoken in; undefined for text. */
  readonly audioFormat: string | undefined;
  /** The model that judges prompt and reply; undefined for none. */
  readonly moderationModel: string | undefined;
}

const predictionPart = objectOf({ type: oneOf('text'), text: stringOf({}) }, ['type', 'text']);

const predictionContent: FieldRule = (value, path) => {
  if (typeof value === 'string') return;
  if (!Array.isArray(value)) throw wrongType(path, 'one of a string or array of objects', value);
  arrayOf(predictionPart, 1)(value, path);
};

const voiceRule: FieldRule = (value, path) => {
  if (typeof value === 'string') return;
  if (!isObject(value)) throw wrongType(path, 'one of a string or object', value);
  objectOf({ id: aString }, ['id'])(value, path);
};

const locationRule = objectOf(
  {
    type: oneOf('approximate'),
    approximate: objectOf({ country: aString, region: aString, city: aString, timezone: aString }),
  },
  ['type', 'approximate'],
);

const moderationMode = objectOf({ mode: oneOf('score', 'block') }, ['mode']);
const moderationPolicy = objectOf({ input: moderationMode, output: moderationMode });

const FIELDS: FieldRules = {
  model: aString,
  messages: anArray,
  temperature: decimal(0, 2),
  top_p: decimal(0, 1),
  n: integer(1, 128),
  max_tokens: integer(1),
  max_completion_tokens: integer(1),
  stop: stopRule,
  stream: aBoolean,
  stream_options: streamOptionsRule,
  presence_penalty: decimal(-2, 2),
  frequency_penalty: decimal(-2, 2),
  seed: integer(-(2 ** 63), 2 ** 63),
  logprobs: aBoolean,
  top_logprobs: integer(0, 20),
  logit_bias: logitBiasRule,
  response_format: responseFormatRule,
  ...TOOL_FIELDS,
  service_tier: oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast'),
  reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
  verbosity: oneOf('low', 'medium', 'high'),
  modalities: arrayOf(oneOf('text', 'audio'), 1),
  audio: objectOf({ voice: voiceRule, format: oneOf('wav', 'aac', 'mp3', 'flac', 'opus', 'pcm16') }, [
    'voice',
    'format',
  ]),
  prediction: objectOf({ type: oneOf('content'), content: predictionContent }, ['type', 'content']),
  store: aBoolean,
  metadata: metadataRule,
  moderation: objectOf({ model: aString, policy: moderationPolicy }, ['model']),
  web_search_options: objectOf({ user_location: locationRule, search_context_size: oneOf('low', 'medium', 'high') }),
  ...CALLER_FIELDS,
};

/** Checks the body and takes out what matters. Throws ApiError with the real API's wording at the first problem. */
export function parseChatRequest(body: unknown): ChatRequest {
  if (!isObject(body)) throw new ApiError(httpError({ kind: 'not_json' }));
  checkModelAndFields(body, FIELDS);
  if (body.messages === undefined || body.messages === null) throw missing('messages');
  checkCombinations(body);
  const messages = parseMessages(body.messages as readonly unknown[]);
  const stream = body.stream === true;
  const options = (body.stream_options ?? {}) as JsonObject;
  return {
    model: body.model as string,
    body,
    messages,
    tools: parseTools(body),
    format: parseResponseFormat(
      body.response_format,
      messages.flatMap(({ texts }) => texts),
    ),
    effort: (body.reasoning_effort ?? undefined) as ReasoningEffort | undefined,
    choices: (body.n as number | null | undefined) ?? 1,
    stream,
    includeUsage: stream && options.include_usage === true,
    obfuscate: stream && options.include_obfuscation === true,
    stops: stopsOf(body.stop),
    topLogprobs: body.logprobs === true ? ((body.top_logprobs as number | null | undefined) ?? 0) : undefined,
    maxTokens: ((body.max_completion_tokens ?? body.max_tokens) as number | null | undefined) ?? undefined,
    maxTokensField: typeof body.max_completion_tokens === 'number' ? 'max_completion_tokens' : 'max_tokens',
    serviceTier: serviceTierOf(body.service_tier),
    prediction: predictionOf(body.prediction),
    audioFormat: audioFormatOf(body),
    moderationModel: isObject(body.moderation) ? (body.moderation.model as string) : undefined,
  };
}

function checkCombinations(body: JsonObject): void {
  if (typeof body.max_tokens === 'number' && typeof body.max_completion_tokens === 'number') {
    throw invalidRequest(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  }
  checkStreamOptions(body);
  if (typeof body.top_logprobs === 'number' && body.logprobs !== true) {
    throw invalidRequest(
      "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
      'top_logprobs',
      null,
    );
  }
  if (isObject(body.metadata) && body.store !== true) {
    throw invalidRequest("The 'metadata' parameter is only allowed when 'store' is enabled.", 'metadata', null);
  }
}

/** `fast` is an older name of `priority`, and `auto` is what the project is set to. */
function serviceTierOf(asked: unknown): string {
  if (asked === 'fast') return 'priority';
  return typeof asked === 'string' && asked !== 'auto' ? asked : 'default';
}

function predictionOf(prediction: unknown): string | undefined {
  if (!isObject(prediction)) return undefined;
  const content = prediction.content as string | readonly { readonly text: string }[];
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

function audioFormatOf({ modalities, audio }: JsonObject): string | undefined {
  const speaks = Array.isArray(modalities) && modalities.includes('audio');
  return speaks && isObject(audio) ? (audio.format as string) : undefined;
}
