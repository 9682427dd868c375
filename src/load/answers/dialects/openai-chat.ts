/**
 * Chat completions, of OpenAI and Azure. Shapes: CreateChatCompletionResponse and CreateChatCompletionStreamResponse of OpenAI's
 * published OpenAPI document; `reasoning_content` and `reasoning` are how other servers of this API show thoughts.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { NumberedRequest } from '../../contract.js';
import type { Findings } from '../findings.js';
import { completionUsage } from '../token-usage.js';
import { blameDocument, objectsIn, textIn } from './content.js';
import type { DialectReader } from './contract.js';

export const DONE_MARK = '[DONE]';
/** A member's name in a body, not in a text of it: there its quotes would be escaped. */
const ASKS_FOR_USAGE = /"include_usage"\s*:\s*true/;

export const chatReader: DialectReader = {
  endMark: DONE_MARK,
  event: (document, found) => readChoices(document, found, 'delta'),
  whole(document, found) {
    if (Array.isArray(document.choices) && document.choices.length === 0) found.malformed('unexpected_shape');
    return readChoices(document, found, 'message');
  },
  owesUsage: owesCompletionUsage,
};

/** Streams count tokens only for those who ask. */
export function owesCompletionUsage({ stream, body }: NumberedRequest): boolean {
  return !stream || ASKS_FOR_USAGE.test(body);
}

function readChoices(document: JsonObject, found: Findings, member: 'delta' | 'message'): string {
  const { choices, usage } = document;
  // Some gateways send a broken stream's error in a chunk with choices.
  if (!Array.isArray(choices) || isObject(document.error)) {
    blameDocument(document, found);
    return '';
  }
  if (usage !== undefined && usage !== null) found.usage = completionUsage(usage);
  let said = '';
  for (const choice of objectsIn(choices, found)) {
    noteFinish(choice, found);
    const message = choice[member];
    if (isObject(message)) said += contentOf(message, found);
    // Azure's content filter sends findings alone, without a delta.
    else if (message !== undefined || member === 'message') found.malformed('unexpected_shape');
  }
  return said;
}

/** The first choice's reason is the answer's. */
export function noteFinish({ finish_reason: reason, index }: JsonObject, found: Findings): void {
  if (typeof reason === 'string' && (index === undefined || index === 0)) found.finishReason = reason;
}

function contentOf(message: JsonObject, found: Findings): string {
  const text = textIn(message.content, found);
  // The usual chunk has nothing else.
  let said = text === '' ? reasoningOf(message, found) : text;
  if (message.refusal !== undefined && message.refusal !== null) said += textIn(message.refusal, found);
  if (message.tool_calls !== undefined) said += callsOf(message.tool_calls, found);
  if (isObject(message.function_call)) said += textIn(message.function_call.arguments, found);
  if (isObject(message.audio)) said += textIn(message.audio.transcript, found);
  return said;
}

function reasoningOf({ reasoning_content: thoughts, reasoning }: JsonObject, found: Findings): string {
  return thoughts === undefined ? (typeof reasoning === 'string' ? reasoning : '') : textIn(thoughts, found);
}

function callsOf(calls: unknown, found: Findings): string {
  let said = '';
  for (const call of objectsIn(calls, found)) {
    if (isObject(call.function)) said += textIn(call.function.arguments, found);
    if (isObject(call.custom)) said += textIn(call.custom.input, found);
  }
  return said;
}
