/**
 * A checked request as the model reads it: tools, then the system prompt, then the messages, cut into the parts at whose ends the prompt
 * cache may break. Everything that is counted or cached is counted and cached part by part, so that the whole is the sum of its parts.
 */

import type { JsonObject } from '../../kernel/json-object.js';
import { type CacheTtl, type MarkedBlock, ttlOf } from './cache-control.js';
import { blocksOf, type Message, type Role } from './conversation.js';

export type PromptPart = {
  readonly value: JsonObject;
  /** Where it stands in the request, as errors name it. */
  readonly path: string;
  /** Set where the request marks the end of this part as a breakpoint. */
  readonly ttl: CacheTtl | undefined;
} & (
  | { readonly section: 'tools' | 'system' }
  | {
      readonly section: 'messages';
      readonly role: Role;
      /** It begins a message. */
      readonly first: boolean;
      /** It belongs to the exchange with tools that is still open at the end of the conversation. */
      readonly open: boolean;
    }
);

export interface PromptSource {
  readonly tools: readonly JsonObject[];
  /** As in the request: text, blocks or nothing. */
  readonly system: unknown;
  readonly messages: readonly Message[];
  /** The mark of the whole request, which is meant for its last part that can carry one. */
  readonly ttl: CacheTtl | undefined;
}

export function promptParts(source: PromptSource): PromptPart[] {
  const parts: PromptPart[] = [
    ...source.tools.map((value, index) => part('tools', value, `tools.${index}`)),
    ...blocksOf(source.system).map((value, index) => part('system', value, `system.${index}`)),
    ...messageParts(source.messages),
  ];
  return source.ttl === undefined ? parts : markLast(parts, source.ttl);
}

/** The parts that are breakpoints, in the model's order. */
export function marksOf(parts: readonly PromptPart[]): MarkedBlock[] {
  return parts.flatMap(({ path, ttl }) => (ttl === undefined ? [] : [{ path, ttl }]));
}

function part(section: 'tools' | 'system', value: JsonObject, path: string): PromptPart {
  return { section, value, path, ttl: ttlOf(value) };
}

function messageParts(messages: readonly Message[]): PromptPart[] {
  const openFrom = openExchange(messages);
  return messages.flatMap(({ role, blocks, path }, message) =>
    blocks.map((value, index) => ({
      section: 'messages' as const,
      value,
      path: `${path}.content.${index}`,
      ttl: ttlOf(value) ?? innerTtl(value),
      role,
      first: index === 0,
      open: message >= openFrom,
    })),
  );
}

/** A mark inside a tool's result breaks at the end of the result. */
function innerTtl({ type, content }: JsonObject): CacheTtl | undefined {
  if (type !== 'tool_result') return undefined;
  return blocksOf(content)
    .map(ttlOf)
    .find((ttl) => ttl !== undefined);
}

/** The first message after the last one that the user wrote without answering a tool. */
function openExchange(messages: readonly Message[]): number {
  const isWritten = ({ role, blocks }: Message) =>
    role === 'user' && !blocks.some(({ type }) => type === 'tool_result');
  return messages.findLastIndex(isWritten) + 1;
}

/** Marks the last part that may be a breakpoint, unless the request has marked it itself. */
function markLast(parts: PromptPart[], ttl: CacheTtl): PromptPart[] {
  const last = parts.findLastIndex(({ value }) => isCacheable(value));
  if (last === -1 || parts[last].ttl !== undefined) return parts;
  return parts.with(last, { ...parts[last], ttl });
}

function isCacheable({ type, text }: JsonObject): boolean {
  if (type === 'thinking' || type === 'redacted_thinking') return false;
  return type !== 'text' || text !== '';
}
