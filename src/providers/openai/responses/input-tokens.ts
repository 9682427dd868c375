/**
 * How many tokens a Responses request has. Three tokens frame a message and three prime the answer, as OpenAI publishes for chat
 * ("How to count tokens with tiktoken"); the other overheads are assumed. Parts that are not text are counted by their kind.
 */
import type { Tokenizer } from '../../../content/contract.js';
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ModelFacts, Simulation } from '../../contract.js';
import { mediaTokens } from '../chat/media-tokens.js';
import { type ImageDetail, imageTokens } from '../image-tokens.js';
import { contextExceeded } from './capabilities.js';
import type { Context } from './context.js';
import { encryptedTokens } from './encrypted-content.js';
import { typeOfItem } from './item-rules.js';
import { textsOf } from './item-texts.js';

const TOKENS_PER_ITEM = 3;
const TOKENS_PRIMING_THE_ANSWER = 3;
/** Assumed: the frame of a function's declaration. */
const TOKENS_PER_TOOL = 8;

export interface InputSize {
  /** All that the model reads. */
  readonly tokens: number;
  /** Of it, what the next request of the conversation builds on. */
  readonly contextTokens: number;
}

/**
 * The size of a request in the model's context. With `truncation: auto` the oldest of the conversation is dropped until it fits.
 * @param body checked
 * @throws ApiError for what does not fit
 */
export function fitIntoWindow(
  body: JsonObject,
  { items, historyTokens }: Context,
  model: ModelFacts,
  simulation: Simulation,
): InputSize {
  const tokenizer = simulation.tokenizerOf(model);
  const overhead = overheadTokens(body, tokenizer);
  const counter = new ItemCounter(tokenizer, model.name);
  const sizes = items.map((item) => counter.tokensOf(item));
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

/** Counts items. @param items checked, references resolved */
class ItemCounter {
  readonly #tokenizer: Tokenizer;
  readonly #model: string;

  /** @param model decides what an image takes */
  constructor(tokenizer: Tokenizer, model: string) {
    this.#tokenizer = tokenizer;
    this.#model = model;
  }

  tokensOf(item: JsonObject): number {
    return TOKENS_PER_ITEM + this.#body(item);
  }

  #body(item: JsonObject): number {
    switch (typeOfItem(item)) {
      case 'message':
        return this.#text(item.role) + this.#content(item.content);
      case 'function_call':
        return this.#text(item.name) + this.#text(item.arguments);
      case 'custom_tool_call':
        return this.#text(item.name) + this.#text(item.input);
      case 'function_call_output':
      case 'custom_tool_call_output':
        return this.#content(item.output);
      case 'computer_call_output':
        return this.#media(item.output);
      case 'reasoning':
        return this.#reasoning(item);
      case 'compaction':
        return encryptedTokens(String(item.encrypted_content));
      case 'compaction_trigger':
        return 0;
      default:
        return this.#text(JSON.stringify(item));
    }
  }

  /** The reasoning of earlier turns is in the context as far as the client sends it back. */
  #reasoning(item: JsonObject): number {
    if (typeof item.encrypted_content === 'string') return encryptedTokens(item.encrypted_content);
    return this.#content(item.summary) + this.#content(item.content);
  }

  #content(content: unknown): number {
    let tokens = 0;
    for (const said of textsOf(content)) tokens += this.#text(said);
    if (Array.isArray(content)) for (const part of content) tokens += this.#media(part);
    return tokens;
  }

  #media(part: unknown): number {
    if (!isObject(part)) return 0;
    if (part.type === 'input_image' || part.type === 'computer_screenshot') {
      const url = typeof part.image_url === 'string' ? part.image_url : '';
      return imageTokens(this.#model, url, detailOf(part.detail));
    }
    if (part.type !== 'input_file') return 0;
    const data = typeof part.file_data === 'string' ? part.file_data : undefined;
    return mediaTokens({ kind: 'file', part: 0, data }, this.#model);
  }

  #text(text: unknown): number {
    return this.#tokenizer.count(String(text));
  }
}

/** An image in its original size is looked at closely. */
function detailOf(detail: unknown): ImageDetail {
  return detail === 'low' || detail === 'auto' ? detail : 'high';
}
