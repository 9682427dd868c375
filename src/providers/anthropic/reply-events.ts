/** What the events of a streamed message mean. Source: RawMessageStreamEvent of Anthropic's SDK. */
import { isObject } from '../../kernel/json-object.js';
import type { ReplyEvents } from '../contract.js';
import { withDocument, without } from '../json-in-text.js';

export const replyEvents: ReplyEvents = {
  isTerminal: (event) => event.startsWith('event: message_stop\n'),
  repeated: (event) => [event, event],
  identifierIn: (text) => /"id": ?"(msg[\w-]{1,128})"/.exec(text)?.[1],
  withoutUsage: (text) =>
    withDocument(text, (document) => {
      const { message } = document;
      // message_start counts in the message, message_delta and a whole message beside it.
      if (isObject(message) && isObject(message.usage)) return { ...document, message: without(message, 'usage') };
      return isObject(document.usage) ? without(document, 'usage') : undefined;
    }),
};
