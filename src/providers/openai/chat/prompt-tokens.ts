/**
 * How many tokens a chat prompt has. The overheads of messages and of functions are those that OpenAI publishes in its cookbook ("How to
 * count tokens with tiktoken"); where it says nothing, a constant is marked as assumed.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { PromptMeter } from '../../prompt-meter.js';
import type { MediaPart } from './content-parts.js';
import { mediaTokens } from './media-tokens.js';
import type { ChatMessage } from './messages.js';
import type { ChatTool } from './tools.js';

const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const TOKENS_PRIMING_THE_ANSWER = 3;
/** Around the name and the arguments of a call in an assistant's turn. Assumed. */
const TOKENS_PER_PAST_CALL = 3;

/** Before a function's own line: of the encoding that gpt-4o began with, and of the one before. */
const TOKENS_PER_FUNCTION = 7;
const TOKENS_PER_FUNCTION_CL100K = 10;
const TOKENS_AFTER_FUNCTIONS = 12;
const TOKENS_PER_PROPERTIES = 3;
const TOKENS_PER_PROPERTY = 3;
const TOKENS_PER_ENUM = -3;
const TOKENS_PER_ENUM_VALUE = 3;
/** How deep nested properties are counted; a client decides how deep they nest. */
const PROPERTIES_DEPTH_MAX = 16;

export interface ChatPrompt {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ChatTool[];
  /** The schema that the reply has to satisfy. */
  readonly replySchema?: unknown;
}

export interface PromptTokens {
  readonly total: number;
  /** Audio among them. */
  readonly audio: number;
  /** Functions and tools among them. */
  readonly tools: number;
}

/** In the order in which the model reads it. @param model decides what an image takes */
export function countPromptTokens(prompt: ChatPrompt, model: string, meter: PromptMeter): PromptTokens {
  const tools = meter.part(() => toolTokens(prompt.tools ?? [], meter));
  let total = tools;
  let audio = 0;
  if (prompt.replySchema !== undefined) total += meter.text(JSON.stringify(prompt.replySchema));
  for (const message of prompt.messages) {
    total += meter.part(() => messageTokens(message, meter));
    for (const part of message.media) {
      const tokens = meter.other(contentOf(part), mediaTokens(part, model));
      total += tokens;
      if (part.kind === 'audio') audio += tokens;
    }
  }
  return { total: total + meter.other('', TOKENS_PRIMING_THE_ANSWER), audio, tools };
}

function contentOf(part: MediaPart): string {
  return part.kind === 'image' ? part.url : (part.data ?? '');
}

function messageTokens({ role, name, texts, calls }: ChatMessage, meter: PromptMeter): number {
  let tokens = TOKENS_PER_MESSAGE + meter.text(role);
  if (name !== undefined) tokens += TOKENS_PER_NAME + meter.text(name);
  for (const text of texts) tokens += meter.text(text);
  for (const call of calls) tokens += TOKENS_PER_PAST_CALL + meter.text(call.name) + meter.text(call.input);
  return tokens;
}

function toolTokens(tools: readonly ChatTool[], meter: PromptMeter): number {
  if (tools.length === 0) return 0;
  const perTool = meter.encoding === 'cl100k_base' ? TOKENS_PER_FUNCTION_CL100K : TOKENS_PER_FUNCTION;
  let tokens = TOKENS_AFTER_FUNCTIONS;
  for (const { name, description, parameters, grammar } of tools) {
    tokens += perTool + meter.text(`${name}:${withoutFullStop(description)}`);
    tokens += grammar === '' ? propertyTokens(parameters, meter, 0) : meter.text(grammar);
  }
  return tokens;
}

/** Nested properties count like those of the top. Assumed: the cookbook has none. */
function propertyTokens(schema: unknown, meter: PromptMeter, depth: number): number {
  if (!isObject(schema) || depth > PROPERTIES_DEPTH_MAX) return 0;
  let tokens = propertyTokens(schema.items, meter, depth + 1);
  const entries = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  if (entries.length > 0) tokens += TOKENS_PER_PROPERTIES;
  for (const [name, property] of entries) {
    if (!isObject(property)) continue;
    tokens += TOKENS_PER_PROPERTY + enumTokens(property, meter) + meter.text(lineOf(name, property));
    tokens += propertyTokens(property, meter, depth + 1);
  }
  return tokens;
}

function enumTokens(property: JsonObject, meter: PromptMeter): number {
  if (!Array.isArray(property.enum)) return 0;
  let tokens = TOKENS_PER_ENUM;
  for (const value of property.enum) {
    tokens += TOKENS_PER_ENUM_VALUE + meter.text(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  }
  return tokens;
}

function lineOf(name: string, { type, description }: JsonObject): string {
  const typeName = typeof type === 'string' ? type : (JSON.stringify(type) ?? '');
  return `${name}:${typeName}:${typeof description === 'string' ? withoutFullStop(description) : ''}`;
}

function withoutFullStop(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
