/** What the chunks of a streamed reply mean, in both layouts: see stream-layout.ts. */
import { isObject } from '../../kernel/json-object.js';
import type { ReplyEvents } from '../contract.js';
import { withDocument, without } from '../json-in-text.js';
import { eventJson, prettyJson } from './wire-json.js';

/** How an event begins; an element of an array begins with what joins it to the one before. */
const EVENT = 'data: ';

export const replyEvents: ReplyEvents = {
  // Only the member's name can stand there: quotes in texts are escaped.
  isTerminal: (event) => /"finishReason": ?"/.test(event),
  identifierIn: (text) => /"responseId": ?"([\w-]{1,128})"/.exec(text)?.[1],
  repeated(event) {
    if (event.startsWith(EVENT)) return [event, event];
    const element = event.slice(event.indexOf('{'), event.lastIndexOf('}') + 1);
    return [event.slice(0, event.lastIndexOf('}') + 1).concat('\n'), `,\r\n${element}\n]`];
  },
  withoutUsage: (text) =>
    withDocument(
      text,
      (document) => (isObject(document.usageMetadata) ? without(document, 'usageMetadata') : undefined),
      text.startsWith(EVENT) ? eventJson : prettyJson,
    ),
};
