/**
 * What a chat completion request may say, checked field by field as the real API checks it, and the part of it that the simulation
 * acts on. Field list and ranges: CreateChatCompletionRequest of OpenAI's published OpenAPI document.
 */

import { ApiError } from '../contract.js';
import { httpError, invalidRequest } from './errors.js';
import {
  aBoolean,
  anArray,
  anObject,
  anything,
  aString,
  checkFields,
  decimal,
  type FieldRule,
  integer,
  isObject,
  type JsonObject,
  missing,
  oneOf,
  unsupportedValue,
  wrongType,
} from './field-rules.js';

/** The API takes at most this many stop sequences. */
const STOPS_MAX = 4;
const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];
const PART_TYPES = ['text', 'image_url', 'input_audio', 'refusal', 'audio', 'file'];

export interface ChatMessage {
  readonly role: string;
  readonly name: string | undefined;
  /** All text of the message, part by part. */
  readonly texts: readonly string[];
  /** Content parts that are not text: images, audio, files. */
  readonly otherParts: number;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly choices: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly stops: readonly string[];
  /** max_completion_tokens or max_tokens; undefined when neither is set. */
  readonly maxTokens: number | undefined;
  /** The name under which the client set it, for error messages. */
  readonly maxTokensField: 'max_tokens' | 'max_completion_tokens';
}

const stopRule: FieldRule = (value, path) => {
  if (typeof value === 'string') return;
  if (!Array.isArray(value)) throw wrongType(path, 'a string or an array of strings', value);
  if (value.length > STOPS_MAX) {
    throw invalidRequest(
      `Invalid '${path}': array too long. Expected an array with maximum length ${STOPS_MAX}, but got an array with length ${value.length} instead.`,
      path,
      'array_above_max_length',
    );
  }
  for (const [index, entry] of value.entries()) aString(entry, `${path}[${index}]`);
};

const logitBiasRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  for (const [token, bias] of Object.entries(value)) decimal(-100, 100)(bias, `${path}.${token}`);
};

const streamOptionsRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  if (value.include_usage !== undefined && value.include_usage !== null)
    aBoolean(value.include_usage, `${path}.include_usage`);
};

const FIELDS: { readonly [field: string]: FieldRule } = {
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
  seed: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  user: aString,
  logprobs: aBoolean,
  top_logprobs: integer(0, 20),
  logit_bias: logitBiasRule,
  response_format: anObject,
  tools: anArray,
  tool_choice: anything,
  parallel_tool_calls: aBoolean,
  functions: anArray,
  function_call: anything,
  service_tier: aString,
  reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
  verbosity: oneOf('low', 'medium', 'high'),
  modalities: anArray,
  audio: anObject,
  prediction: anObject,
  store: aBoolean,
  metadata: anObject,
  moderation: anObject,
  web_search_options: anObject,
  safety_identifier: aString,
  prompt_cache_key: aString,
  prompt_cache_retention: aString,
  prompt_cache_options: anObject,
};

/** Checks the body and takes out what matters. Throws ApiError with the real API's wording at the first problem. */
export function parseChatRequest(body: unknown): ChatRequest {
  if (!isObject(body)) throw new ApiError(httpError({ kind: 'not_json' }));
  if (body.model === undefined || body.model === null || body.model === '') {
    throw invalidRequest('you must provide a model parameter', null, null);
  }
  checkFields(body, FIELDS);
  if (body.messages === undefined || body.messages === null) throw missing('messages');
  checkCombinations(body);
  const stop = body.stop as string | readonly string[] | null | undefined;
  const stream = body.stream === true;
  return {
    model: body.model as string,
    messages: parseMessages(body.messages as readonly unknown[]),
    choices: (body.n as number | null | undefined) ?? 1,
    stream,
    includeUsage: stream && (body.stream_options as JsonObject | null | undefined)?.include_usage === true,
    stops: typeof stop === 'string' ? [stop] : (stop ?? []),
    maxTokens: ((body.max_completion_tokens ?? body.max_tokens) as number | null | undefined) ?? undefined,
    maxTokensField: typeof body.max_completion_tokens === 'number' ? 'max_completion_tokens' : 'max_tokens',
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
  if (isObject(body.stream_options) && body.stream !== true) {
    throw invalidRequest(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
      null,
    );
  }
  if (typeof body.top_logprobs === 'number' && body.logprobs !== true) {
    throw invalidRequest(
      "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
      'top_logprobs',
      null,
    );
  }
}

function parseMessages(messages: readonly unknown[]): ChatMessage[] {
  if (messages.length === 0) {
    throw invalidRequest(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  return messages.map((message, index) => parseMessage(message, `messages[${index}]`));
}

function parseMessage(message: unknown, path: string): ChatMessage {
  if (!isObject(message)) throw wrongType(path, 'an object', message);
  const { role, content, name } = message;
  if (role === undefined || role === null) throw missing(`${path}.role`);
  if (typeof role !== 'string') throw wrongType(`${path}.role`, 'a string', role);
  if (!ROLES.includes(role)) throw unsupportedValue(`${path}.role`, role, ROLES);
  if (name !== undefined && name !== null) aString(name, `${path}.name`);
  const texts: string[] = [];
  const otherParts = parseContent(content, role, path, texts);
  return { role, name: typeof name === 'string' ? name : undefined, texts, otherParts };
}

/** Collects the content's text and returns how many parts are something else. */
function parseContent(content: unknown, role: string, path: string, texts: string[]): number {
  if (content === undefined || content === null) {
    // An assistant's turn may consist of tool calls alone.
    if (role === 'assistant' || role === 'function') return 0;
    if (content === undefined) throw missing(`${path}.content`);
    throw wrongType(`${path}.content`, 'a string or an array of objects', content);
  }
  if (typeof content === 'string') {
    texts.push(content);
    return 0;
  }
  if (!Array.isArray(content)) throw wrongType(`${path}.content`, 'a string or an array of objects', content);
  let otherParts = 0;
  content.forEach((part, index) => {
    const partPath = `${path}.content[${index}]`;
    if (!isObject(part)) throw wrongType(partPath, 'an object', part);
    if (part.type === undefined || part.type === null) throw missing(`${partPath}.type`);
    if (typeof part.type !== 'string') throw wrongType(`${partPath}.type`, 'a string', part.type);
    if (!PART_TYPES.includes(part.type)) throw unsupportedValue(`${partPath}.type`, part.type, PART_TYPES);
    if (part.type !== 'text') {
      otherParts++;
      return;
    }
    if (part.text === undefined || part.text === null) throw missing(`${partPath}.text`);
    if (typeof part.text !== 'string') throw wrongType(`${partPath}.text`, 'a string', part.text);
    texts.push(part.text);
  });
  return otherParts;
}
