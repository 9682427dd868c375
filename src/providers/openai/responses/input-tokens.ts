/**
 * How many tokens a Responses request has. Three tokens frame a message and three prime the answer, as OpenAI publishes for chat
 * ("How to count tokens with tiktoken"); the other overheads are assumed. Parts that are not text are counted by their kind.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ModelFacts } from '../../contract.js';
import { NOTHING_LAID_OUT, type PromptLayout, type PromptMeter } from '../../prompt-meter.js';
import { mediaTokens } from '../chat/media-tokens.js';
import { type ImageDetail, imageTokens } from '../image-tokens.js';
import { contextExceeded } from './capabilities.js';
import type { Context } from './context.js';
import { encryptedTokens } from './encrypted-content.js';
import { typeOfItem } from './item-rules.js';
import { textsOf } from './item-texts.js';
import type { StoredResponse } from './stored-response.js';

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

/** How far the prompt cache has a conversation's prompts: up to the end of the input of a response. */
export interface ConversationLayout extends PromptLayout {
  /** Where it stood before the first item: requests with other instructions or tools begin otherwise. */
  readonly start: Pick<PromptLayout, 'hash' | 'tokens'>;
}

export interface MeasuredInput extends InputSize {
  /** Undefined where the cache can do nothing with the prompt. */
  readonly layout: ConversationLayout | undefined;
}

/**
 * The size of a request in the model's context. With `truncation: auto` the oldest of the conversation is dropped until it fits.
 * @param body checked
 * @throws ApiError for what does not fit
 */
export function fitIntoWindow(
  body: JsonObject,
  { items, historyTokens, previous }: Context,
  model: ModelFacts,
  meter: PromptMeter,
): MeasuredInput {
  const overhead = meter.part(() => overheadTokens(body, meter));
  const start = meter.layout();
  const counter = new ItemCounter(meter, model.name);
  if (previous !== undefined) layOutHistory(previous.stored, historyTokens, counter, meter);
  const sizes = items.map((item) => counter.tokensOf(item));
  const wholeTokens = sizes.reduce((sum, size) => sum + size, historyTokens);
  let contextTokens = wholeTokens;
  // The model has to have room for a token of its own.
  const room = model.contextWindowTokens - 1;
  if (body.truncation === 'auto') {
    for (const size of [historyTokens, ...sizes.slice(0, -1)]) {
      if (overhead + contextTokens <= room) break;
      contextTokens -= size;
    }
  }
  if (overhead + contextTokens > room) throw contextExceeded();
  // What was dropped at the beginning leaves nothing as it was.
  if (contextTokens < wholeTokens) meter.resume(NOTHING_LAID_OUT);
  const layout = contextTokens < wholeTokens ? undefined : meter.layout();
  const isKept = start !== undefined && layout !== undefined;
  return {
    tokens: overhead + contextTokens,
    contextTokens,
    layout: isKept ? { ...layout, start: { hash: start.hash, tokens: start.tokens } } : undefined,
  };
}

/** The previous response's input as its own request laid it out, and its output as the client would send it back. */
function layOutHistory(
  { layout, response }: StoredResponse,
  historyTokens: number,
  counter: ItemCounter,
  meter: PromptMeter,
): void {
  const now = meter.layout();
  if (now === undefined) return;
  const begins = layout?.start;
  if (layout === undefined || begins?.tokens !== now.tokens || begins.hash.join() !== now.hash.join()) {
    meter.other(String(response.id), historyTokens);
    return;
  }
  meter.resume(layout);
  const output = response.output as readonly JsonObject[];
  for (const item of output) if (item.type !== 'reasoning') counter.tokensOf(item);
}

/** The tokens of everything that is sent with each request anew: instructions, tools, the frame. */
function overheadTokens(body: JsonObject, meter: PromptMeter): number {
  let tokens = TOKENS_PRIMING_THE_ANSWER;
  if (typeof body.instructions === 'string') tokens += TOKENS_PER_ITEM + meter.text(body.instructions);
  if (Array.isArray(body.tools)) for (const tool of body.tools) tokens += toolTokens(tool, meter);
  const format = isObject(body.text) ? body.text.format : undefined;
  if (isObject(format) && format.type === 'json_schema') tokens += meter.text(JSON.stringify(format.schema));
  return tokens;
}

function toolTokens(tool: JsonObject, meter: PromptMeter): number {
  return TOKENS_PER_TOOL + meter.text(JSON.stringify(tool));
}

/** Counts items. @param items checked, references resolved */
class ItemCounter {
  readonly #meter: PromptMeter;
  readonly #model: string;

  /** @param model decides what an image takes */
  constructor(meter: PromptMeter, model: string) {
    this.#meter = meter;
    this.#model = model;
  }

  tokensOf(item: JsonObject): number {
    return this.#meter.part(() => TOKENS_PER_ITEM + this.#body(item));
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
        return this.#encrypted(String(item.encrypted_content));
      case 'compaction_trigger':
        return 0;
      default:
        return this.#text(JSON.stringify(item));
    }
  }

  /** The reasoning of earlier turns is in the context as far as the client sends it back. */
  #reasoning(item: JsonObject): number {
    if (typeof item.encrypted_content === 'string') return this.#encrypted(item.encrypted_content);
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
      return this.#meter.other(url, imageTokens(this.#model, url, detailOf(part.detail)));
    }
    if (part.type !== 'input_file') return 0;
    const data = typeof part.file_data === 'string' ? part.file_data : undefined;
    return this.#meter.other(data ?? '', mediaTokens({ kind: 'file', part: 0, data }, this.#model));
  }

  #encrypted(content: string): number {
    return this.#meter.other(content, encryptedTokens(content));
  }

  #text(text: unknown): number {
    return this.#meter.text(String(text));
  }
}

/** An image in its original size is looked at closely. */
function detailOf(detail: unknown): ImageDetail {
  return detail === 'low' || detail === 'auto' ? detail : 'high';
}
