/**
 * How many tokens each part of a prompt has. Anthropic publishes no tokenizer and no framing: text is counted by the model's configured
 * encoding, and the framing is assumed such that the documented examples come out near (a system prompt "You are a scientist" and the
 * message "Hello, Claude" are 14 tokens; "Hello" alone is 8). Tools, images and documents cost what Anthropic documents, where it does.
 */
import type { Tokenizer } from '../../content/contract.js';
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import { dimensionsOfBase64 } from '../image-dimensions.js';
import { CLIENT_TOOLS, CLIENT_TOOLSETS } from './client-tools.js';
import { blocksOf } from './conversation.js';
import type { PromptRequest } from './messages-request.js';
import { imageLimits, type ModelGeneration, toolPromptTokens } from './model-generation.js';
import { pdfPagesOf } from './pdf-pages.js';
import { typeOf } from './tool-definitions.js';

/** Assumed: what frames a message, and what primes the answer. */
const TOKENS_PER_MESSAGE = 3;
export const TOKENS_PRIMING_THE_ANSWER = 4;
/** Assumed: what frames the definition of a tool, a call of one and a result; the documented example of a tool then comes out near its 403. */
const TOKENS_PER_TOOL = 4;
const TOKENS_PER_CALL = 8;
const TOKENS_PER_RESULT = 8;
/** Assumed for tools of Anthropic's without a documented figure. */
const SERVER_TOOL_TOKENS = 500;
/** "tokens = (width px * height px) / 750". Source: the vision page. */
const PIXELS_PER_TOKEN = 750;
/** Documented as 1,500 to 3,000 for each page, text and image together; the middle of it. */
const TOKENS_PER_PDF_PAGE = 2_250;
/** Assumed for images and documents that are not in the request: an image of a megapixel, a document of three pages. */
const TOKENS_PER_REMOTE_IMAGE = 1_500;
const PAGES_PER_REMOTE_DOCUMENT = 3;
/** Assumed: reasoning that only the provider can read, by its length. */
const CHARACTERS_PER_REDACTED_TOKEN = 6;

/** The tokens of each part, its share of the framing included. */
export function countParts({ parts, generation, toolChoice }: PromptRequest, tokenizer: Tokenizer): number[] {
  const blocks = new BlockCounter(tokenizer, generation);
  const forced = toolChoice?.type === 'any' || toolChoice?.type === 'tool';
  const instructions = toolPromptTokens(generation, forced);
  return parts.map((part) => {
    if (part.section === 'messages') {
      const framing = part.first ? TOKENS_PER_MESSAGE : 0;
      return framing + (isThinking(part.value) && !part.open ? 0 : blocks.block(part.value));
    }
    if (part.section === 'system') return blocks.block(part.value);
    return blocks.tool(part.value) + (part.path === 'tools.0' ? instructions : 0);
  });
}

/** Thinking of turns that are over is not sent to the model again. */
function isThinking({ type }: JsonObject): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

class BlockCounter {
  readonly #tokenizer: Tokenizer;
  readonly #generation: ModelGeneration;

  constructor(tokenizer: Tokenizer, generation: ModelGeneration) {
    this.#tokenizer = tokenizer;
    this.#generation = generation;
  }

  tool(tool: JsonObject): number {
    if (tool.defer_loading === true) return 0;
    const type = typeOf(tool) as string;
    if (type !== 'custom') {
      if (Object.hasOwn(CLIENT_TOOLS, type)) return CLIENT_TOOLS[type].promptTokens;
      if (Object.hasOwn(CLIENT_TOOLSETS, type)) return CLIENT_TOOLSETS[type].promptTokens;
      return SERVER_TOOL_TOKENS;
    }
    return TOKENS_PER_TOOL + this.#text(tool.name) + this.#text(tool.description) + this.#json(tool.input_schema);
  }

  block(block: JsonObject): number {
    switch (block.type) {
      case 'text':
        return this.#text(block.text);
      case 'thinking':
        return this.#text(block.thinking);
      case 'redacted_thinking':
        return Math.ceil((block.data as string).length / CHARACTERS_PER_REDACTED_TOKEN);
      case 'image':
        return this.#image(block.source as JsonObject);
      case 'document':
        return this.#document(block);
      case 'search_result':
        return this.#text(block.title) + this.#text(block.source) + this.#blocks(block.content);
      case 'tool_result':
        return TOKENS_PER_RESULT + this.#blocks(block.content);
      case 'tool_use':
      case 'server_tool_use':
      case 'mcp_tool_use':
        return TOKENS_PER_CALL + this.#text(block.name) + this.#json(block.input);
      case 'container_upload':
        return PAGES_PER_REMOTE_DOCUMENT * TOKENS_PER_PDF_PAGE;
      default:
        return this.#rest(block);
    }
  }

  #blocks(content: unknown): number {
    return blocksOf(content).reduce((sum, block) => sum + this.block(block), 0);
  }

  /** A block of a rarer kind: everything in it but its type and its mark. */
  #rest({ type: _type, cache_control: _mark, ...rest }: JsonObject): number {
    return this.#json(rest);
  }

  #image(source: JsonObject): number {
    const size = source.type === 'base64' ? dimensionsOfBase64(source.data as string) : undefined;
    if (size === undefined) return TOKENS_PER_REMOTE_IMAGE;
    const { longSidePixels, tokensMax } = imageLimits(this.#generation);
    const scale = Math.min(1, longSidePixels / Math.max(size.width, size.height));
    const tokens = Math.ceil((size.width * scale * size.height * scale) / PIXELS_PER_TOKEN);
    return Math.min(tokensMax, Math.max(1, tokens));
  }

  #document({ source, title, context }: JsonObject): number {
    const around = this.#text(title) + this.#text(context);
    const { type, data, content } = source as JsonObject;
    if (type === 'text') return around + this.#text(data);
    if (type === 'content') return around + this.#blocks(content);
    const pages = type === 'base64' ? pdfPagesOf(data as string) : PAGES_PER_REMOTE_DOCUMENT;
    return around + pages * TOKENS_PER_PDF_PAGE;
  }

  #text(text: unknown): number {
    return typeof text === 'string' && text !== '' ? this.#tokenizer.count(text) : 0;
  }

  #json(value: unknown): number {
    return isObject(value) || Array.isArray(value) ? this.#tokenizer.count(JSON.stringify(value)) : 0;
  }
}
