/**
 * What the events of OpenAI's streams mean. Chat and plain completions end with `data: [DONE]`, and the event before it has the usage and no
 * choices; a response ends with one of the events that carry it finished. Source: CreateChatCompletionStreamResponse and
 * ResponseStreamEvent of OpenAI's published OpenAPI document.
 */
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { ReplyEvents } from '../contract.js';
import { withDocument, without } from '../json-in-text.js';

/** Of a chat or plain completion, or a response. */
const IDENTIFIER = /"id": ?"((?:chatcmpl|cmpl|resp)[\w-]{1,128})"/;
const TERMINAL = /^(?:data: \[DONE\]|event: response\.(?:completed|incomplete|failed)\n)/;

export const replyEvents: ReplyEvents = {
  isTerminal: (event) => TERMINAL.test(event),
  repeated: (event) => [event, event],
  identifierIn: (text) => IDENTIFIER.exec(text)?.[1],
  withoutUsage(text) {
    let isBare = false;
    const changed = withDocument(text, (document) => {
      const { choices, response } = document;
      if (isObject(response)) return withoutUsageIn(document, response);
      isBare = text.startsWith('data:') && Array.isArray(choices) && choices.length === 0 && isObject(document.usage);
      return without(document, 'usage');
    });
    return isBare ? '' : changed;
  },
};

/** An unfinished response says null, which stays. */
function withoutUsageIn(event: JsonObject, response: JsonObject): JsonObject | undefined {
  return isObject(response.usage) ? { ...event, response: without(response, 'usage') } : undefined;
}
