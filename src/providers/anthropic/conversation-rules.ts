/**
 * What messages may say to each other: which block stands in whose message, that nothing is empty, that every tool call has its result
 * in the next turn and every result its call, and what an answer that the client has begun must look like. The sentences are those of
 * the real API.
 */

import type { JsonObject } from '../../kernel/json-object.js';
import { type ApiVersion, isLegacy } from './api-version.js';
import type { Message } from './conversation.js';
import { invalidRequest } from './errors.js';
import { invalid } from './field-rules.js';
import { type ModelGeneration, takesPrefill, takesSystemMessages } from './model-generation.js';

const ASSISTANT_ONLY = new Set([
  'tool_use',
  'thinking',
  'redacted_thinking',
  'server_tool_use',
  'mcp_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
]);
const USER_ONLY = new Set(['tool_result', 'image']);

export function checkConversation(
  messages: readonly Message[],
  version: ApiVersion,
  generation: ModelGeneration,
): void {
  messages.forEach((message, index) => {
    if (message.role === 'system') checkSystemMessage(index, generation);
    else checkMessage(message, version, index === messages.length - 1);
  });
  checkToolPairs(messages);
  checkPrefill(messages[messages.length - 1], generation);
}

function checkSystemMessage(index: number, generation: ModelGeneration): void {
  if (!takesSystemMessages(generation)) {
    throw invalid(
      'messages',
      'Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  }
  if (index === 0) throw invalid('messages.0', "use the top-level 'system' parameter for the initial system prompt");
}

function checkMessage(message: Message, version: ApiVersion, isLast: boolean): void {
  const { role, blocks, path, plain } = message;
  const isEmpty = blocks.length === 0 || (plain && blocks[0].text === '');
  if (isEmpty) {
    if (role === 'user') throw invalid(path, 'user messages must have non-empty content');
    if (isLast) return;
    throw invalid(path, 'all messages must have non-empty content except for the optional final assistant message');
  }
  blocks.forEach((block, index) => {
    checkPlace(block, `${path}.content.${index}`, role);
    if (block.type === 'text') checkText(block.text as string, role, isLast);
    if (!isLegacy(version)) checkRemovedForms(block, `${path}.content.${index}`, role);
  });
}

function checkPlace({ type }: JsonObject, path: string, role: Message['role']): void {
  const misplaced = role === 'user' ? ASSISTANT_ONLY : USER_ONLY;
  if (!misplaced.has(type as string)) return;
  const owner = role === 'user' ? 'assistant' : 'user';
  throw invalid(path, `\`${type}\` blocks can only be in \`${owner}\` messages`);
}

function checkText(text: string, role: Message['role'], isLast: boolean): void {
  if (text === '') throw invalid('messages', 'text content blocks must be non-empty');
  // An answer that was begun may be white space only as far as checkPrefill lets it.
  if (text.trim() === '' && !(role === 'assistant' && isLast)) {
    throw invalid('messages', 'text content blocks must contain non-whitespace text');
  }
}

/** What API version 2026-10-21 no longer takes. */
function checkRemovedForms(block: JsonObject, path: string, role: Message['role']): void {
  if (role === 'assistant') {
    if (block.type === 'document') throw invalid(path, '`document` blocks are not permitted in `assistant` messages');
    return;
  }
  const inner = block.type === 'search_result' ? (block.content as readonly JsonObject[]) : [block];
  if (inner.some(({ type, citations }) => type === 'text' && Array.isArray(citations) && citations.length > 0)) {
    throw invalid(`${path}.citations`, 'citations are not permitted on text blocks in `user` messages');
  }
}

/** Consecutive messages of one role, which the API reads as one. */
interface Turn {
  readonly role: Message['role'];
  readonly blocks: { readonly block: JsonObject; readonly path: string }[];
  /** Of its last message. */
  path: string;
}

function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const { role, blocks, path } of messages) {
    if (role === 'system') continue;
    let turn = turns.at(-1);
    if (turn?.role !== role) {
      turn = { role, blocks: [], path };
      turns.push(turn);
    }
    turn.path = path;
    for (const [index, block] of blocks.entries()) turn.blocks.push({ block, path: `${path}.content.${index}` });
  }
  return turns;
}

function checkToolPairs(messages: readonly Message[]): void {
  const known = new Set<string>();
  let calls: ReadonlySet<string> = new Set();
  let caller = '';
  for (const turn of turnsOf(messages)) {
    if (turn.role === 'assistant') {
      calls = callsIn(turn, known);
      caller = turn.path;
    } else {
      checkResults(turn, calls, caller);
      calls = new Set();
    }
  }
  if (calls.size > 0) throw missingResults(caller, calls);
}

/** The turn's calls, none of which may have the id of an earlier one. */
function callsIn({ blocks }: Turn, known: Set<string>): ReadonlySet<string> {
  const calls = new Set<string>();
  for (const { block, path } of blocks) {
    if (block.type !== 'tool_use') continue;
    const id = block.id as string;
    if (known.has(id)) throw invalid(path, '`tool_use` ids must be unique');
    known.add(id);
    calls.add(id);
  }
  return calls;
}

/** One result for each call, before anything else that the turn says. */
function checkResults({ blocks }: Turn, calls: ReadonlySet<string>, caller: string): void {
  const waiting = new Set(calls);
  let resultsOver = false;
  for (const { block, path } of blocks) {
    if (block.type !== 'tool_result') {
      resultsOver = true;
      continue;
    }
    const id = block.tool_use_id as string;
    if (!calls.has(id)) throw strayResult(path, id);
    if (resultsOver) continue;
    if (!waiting.delete(id)) {
      throw invalid(
        path,
        `each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    }
  }
  if (waiting.size > 0) throw missingResults(caller, waiting);
}

function strayResult(path: string, id: string): Error {
  return invalid(
    path,
    `unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding ` +
      '`tool_use` block in the previous message.',
  );
}

function missingResults(path: string, ids: Iterable<string>): Error {
  return invalid(
    path,
    `\`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...ids].join(', ')}. Each \`tool_use\` block must ` +
      'have a corresponding `tool_result` block in the next message.',
  );
}

/** An answer that the client has begun and the model continues; a turn that waits for a server's tool is none. */
function checkPrefill(last: Message, generation: ModelGeneration): void {
  if (last.role !== 'assistant') return;
  const block = last.blocks.at(-1);
  if (!takesPrefill(generation) && !last.blocks.some(({ type }) => type === 'server_tool_use')) {
    throw invalidRequest(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  }
  if (block?.type === 'text' && /\s$/.test(block.text as string)) {
    throw invalidRequest('messages: final assistant content cannot end with trailing whitespace');
  }
}
