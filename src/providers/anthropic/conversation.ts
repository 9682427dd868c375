/**
 * The messages of a checked request in one form: a content that is a string is one text block. Consecutive messages of one role are one
 * turn, as the API combines them.
 */

import type { JsonObject } from '../../kernel/json-object.js';
import type { Conversation } from '../generation.js';

export type Role = 'user' | 'assistant' | 'system';

export interface Message {
  readonly role: Role;
  readonly blocks: readonly JsonObject[];
  /** Where it stands in the request: "messages.3". */
  readonly path: string;
  /** The content was a string, so its block has no place of its own. */
  readonly plain: boolean;
}

export function messagesOf(messages: readonly JsonObject[]): Message[] {
  return messages.map(({ role, content }, index) => ({
    role: role as Role,
    blocks: blocksOf(content),
    path: `messages.${index}`,
    plain: typeof content === 'string',
  }));
}

/** The blocks of a content, be it a string, a list or absent. */
export function blocksOf(content: unknown): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return (content as readonly JsonObject[] | null | undefined) ?? [];
}

/** What a reply depends on: what the user last wrote, and whether tools have just answered. */
export function conversationFacts(messages: readonly Message[]): Conversation {
  const written = messages.findLast(
    ({ role, blocks }) => role === 'user' && blocks.some(({ type }) => type === 'text'),
  );
  const texts = (written?.blocks ?? []).filter(({ type }) => type === 'text').map(({ text }) => text as string);
  return { lastMessage: texts.join('\n'), endsWithToolResult: lastTurnHas(messages, 'tool_result') };
}

/** Whether the conversation's last turn is the user's and holds a block of the kind. */
function lastTurnHas(messages: readonly Message[], kind: string): boolean {
  for (let index = messages.length - 1; index >= 0; index--) {
    const { role, blocks } = messages[index];
    if (role === 'assistant') return false;
    if (role === 'user' && blocks.some(({ type }) => type === kind)) return true;
  }
  return false;
}
