/**
 * How many tokens a Responses request has. Three tokens frame a message and three prime the answer, as OpenAI publishes for chat
 * ("How to count tokens with tiktoken"); the other overheads are assumed. Parts that are not text are counted by their kind.
 */
import type { Tokenizer } from '../../../content/contract.js';
import type { ModelFacts } from '../../contract.js';
import { isObject, type JsonObject } from '../field-rules.js';
import { contextExceeded } from './capabilities.js';
import { typeOfItem } from './item-rules.js';
import { textsOf } from './item-texts.js';

const TOKENS_PER_ITEM = 3;
const TOKENS_PRIMING_THE_ANSWER = 3;
/** Assumed: the frame of a function's declaration. */
const TOKENS_PER_TOOL = 8;
/** A low-detail image. Source: OpenAI's vision guide. */
const TOKENS_PER_SMALL_IMAGE = 85;
/** An image of 1024 × 1024 at high detail, four tiles of 170 tokens: the size of an image that is only referred to is not known. */
const TOKENS_PER_IMAGE = 765;
/** Assumed: the text of a page or two, for a file that is only referred to. */
const TOKENS_PER_FILE = 1_000;
/** Assumed: characters of base64 per token of a file's text, three bytes of which take four characters. */
const FILE_CHARACTERS_PER_TOKEN = 5.3;
/** Assumed: characters of encrypted content per token of what it hides. */
const ENCRYPTED_CHARACTERS_PER_TOKEN = 4;

export interface InputSize {
  /** All that the model reads. */
  readonly tokens: number;
  /** Of it, what the next request of the conversation builds on. */
  readonly contextTokens: number;
}

/**
 * The size of a request in the model's context. With `truncation: auto` the oldest of the conversation is dropped until it fits.
 * @param items checked, references resolved
 * @param historyTokens of the responses before
 * @throws ApiError for what does not fit
 */
export function fitIntoWindow(
  body: JsonObject,
  items: readonly JsonObject[],
  historyTokens: number,
  model: ModelFacts,
  tokenizer: Tokenizer,
): InputSize {
  const overhead = overheadTokens(body, tokenizer);
  const sizes = items.map((item) => itemTokens(item, tokenizer));
  let contextTokens = sizes.reduce((sum, size) => sum + size, historyTokens);
  // The model has to have room for a token of its own.
  const room = model.contextWindowTokens - 1;
  if (body.truncation === 'auto') {
    for (const size of [historyTokens, ...sizes.slice(0, -1)]) {
      if (overhead + contextTokens <= room) break;
      contextTokens -= size;
    }
  }
  if (overhead + contextTokens > room) throw contextExceeded();
  return { tokens: overhead + contextTokens, contextTokens };
}

/** The tokens of everything that is sent with each request anew: instructions, tools, the frame. */
function overheadTokens(body: JsonObject, tokenizer: Tokenizer): number {
  let tokens = TOKENS_PRIMING_THE_ANSWER;
  if (typeof body.instructions === 'string') tokens += TOKENS_PER_ITEM + tokenizer.count(body.instructions);
  if (Array.isArray(body.tools)) for (const tool of body.tools) tokens += toolTokens(tool, tokenizer);
  const format = isObject(body.text) ? body.text.format : undefined;
  if (isObject(format) && format.type === 'json_schema') tokens += tokenizer.count(JSON.stringify(format.schema));
  return tokens;
}

function toolTokens(tool: JsonObject, tokenizer: Tokenizer): number {
  return TOKENS_PER_TOOL + tokenizer.count(JSON.stringify(tool));
}

/** The tokens of one item. @param item checked, references resolved */
function itemTokens(item: JsonObject, tokenizer: Tokenizer): number {
  return TOKENS_PER_ITEM + bodyTokens(item, tokenizer);
}

function bodyTokens(item: JsonObject, tokenizer: Tokenizer): number {
  switch (typeOfItem(item)) {
    case 'message':
      return tokenizer.count(String(item.role)) + contentTokens(item.content, tokenizer);
    case 'function_call':
      return tokenizer.count(String(item.name)) + tokenizer.count(String(item.arguments));
    case 'custom_tool_call':
      return tokenizer.count(String(item.name)) + tokenizer.count(String(item.input));
    case 'function_call_output':
    case 'custom_tool_call_output':
      return contentTokens(item.output, tokenizer);
    case 'reasoning':
      return reasoningTokens(item, tokenizer);
    case 'compaction':
      return encryptedTokens(item.encrypted_content);
    case 'computer_call_output':
      return TOKENS_PER_IMAGE;
    case 'compaction_trigger':
      return 0;
    default:
      return tokenizer.count(JSON.stringify(item));
  }
}

/** The reasoning of earlier turns is in the context as far as the client sends it back. */
function reasoningTokens(item: JsonObject, tokenizer: Tokenizer): number {
  if (typeof item.encrypted_content === 'string') return encryptedTokens(item.encrypted_content);
  return contentTokens(item.summary, tokenizer) + contentTokens(item.content, tokenizer);
}

function encryptedTokens(content: unknown): number {
  return Math.ceil(String(content).length / ENCRYPTED_CHARACTERS_PER_TOKEN);
}

function contentTokens(content: unknown, tokenizer: Tokenizer): number {
  let tokens = 0;
  for (const said of textsOf(content)) tokens += tokenizer.count(said);
  if (!Array.isArray(content)) return tokens;
  for (const part of content) tokens += mediaTokens(part);
  return tokens;
}

function mediaTokens(part: unknown): number {
  if (!isObject(part)) return 0;
  if (part.type === 'input_image') return part.detail === 'low' ? TOKENS_PER_SMALL_IMAGE : TOKENS_PER_IMAGE;
  if (part.type !== 'input_file') return 0;
  return typeof part.file_data === 'string'
    ? Math.ceil(part.file_data.length / FILE_CHARACTERS_PER_TOKEN)
    : TOKENS_PER_FILE;
}
