/** What the list of messages must look like, message by message; what they say to each other is conversation-rules.ts's matter. */

import { isObject } from '../../kernel/json-object.js';
import { contentBlock, systemMessageBlock } from './content-blocks.js';
import { anObject, aString, type FieldRule, invalid, listOf, objectOf, oneOf, stringOr } from './field-rules.js';

/** Documented with the `messages` parameter. */
const MESSAGES_MAX = 100_000;

const ROLE_CHARACTERS_SHOWN = 50;

const role: FieldRule = (value, path) => {
  if (value === 'user' || value === 'assistant' || value === 'system') return;
  aString(value, path);
  const shown = (value as string).slice(0, ROLE_CHARACTERS_SHOWN);
  throw invalid('messages', `Unexpected role "${shown}". Allowed roles are "user" or "assistant"`);
};

const turn = objectOf({ required: { role, content: stringOr(listOf(contentBlock)) } });

const systemTurn = objectOf({
  required: { role },
  optional: {
    content: stringOr(listOf(systemMessageBlock)),
    clear_at: oneOf('next_user_message', 'never'),
    output_config: anObject,
  },
});

const message: FieldRule = (value, path) => {
  if (isObject(value) && value.role === 'system') systemTurn(value, path);
  else turn(value, path);
};

export const messagesRule: FieldRule = (value, path) => {
  listOf(message, { atMost: MESSAGES_MAX })(value, path);
  if ((value as readonly unknown[]).length === 0) throw invalid(path, 'at least one message is required');
};
