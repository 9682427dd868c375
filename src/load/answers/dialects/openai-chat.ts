/**
 * Chat completions, of OpenAI and Azure. Shapes: CreateChatCompletionResponse and CreateChatCompletionStreamResponse of OpenAI's
 * published OpenAPI document; `reasoning_content` and `reasoning` are how other servers of this API show thoughts.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Findings } from '../findings.js';
import { objectsIn, textIn } from './content.js';
import { choicesReader } from './openai-choices.js';

export const chatReader = choicesReader(readDelta, readMessage);

function readDelta({ delta }: JsonObject, found: Findings): string {
  // Azure's content filter sends findings alone, without a delta.
  return delta === undefined ? '' : readMessageOf(delta, found);
}

function readMessage({ message }: JsonObject, found: Findings): string {
  return readMessageOf(message, found);
}

function readMessageOf(message: unknown, found: Findings): string {
  if (isObject(message)) return contentOf(message, found);
  found.malformed('unexpected_shape');
  return '';
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
