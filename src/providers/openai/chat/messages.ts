/**
 * The messages of a chat request: each one's shape by its role, and the order in which tool calls and their results have to follow each
 * other. Shapes: ChatCompletionRequestMessage of OpenAI's published OpenAPI document; sentences as in the API's replies, in which the
 * checks of order name a message as `messages.[1]` and those of shape as `messages[1]`.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { invalidRequest, shown } from '../errors.js';
import {
  arrayOf,
  aString,
  checkKnownFields,
  checkLength,
  type FieldRule,
  missing,
  stringOf,
  tagOf,
  wrongType,
} from '../field-rules.js';
import { type Content, NO_CONTENT, parseContent } from './content-parts.js';

const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];
const TOOL_CALLS_MAX = 128;
const CALL_ID_LENGTH_MAX = 40;
const NAME_LENGTH_MAX = 64;

export interface PastCall {
  readonly id: string | undefined;
  readonly name: string;
  /** Arguments as JSON, or the text that a custom tool takes. */
  readonly input: string;
}

export interface ChatMessage extends Content {
  readonly role: string;
  readonly name: string | undefined;
  /** The tools that an assistant's turn called. */
  readonly calls: readonly PastCall[];
  /** The call that a tool's message answers. */
  readonly toolCallId: string | undefined;
}

export const functionName = stringOf({ minLength: 1, maxLength: NAME_LENGTH_MAX, pattern: /^[a-zA-Z0-9_-]+$/ });
const participantName = stringOf({ maxLength: NAME_LENGTH_MAX, pattern: /^[^\s<|\\/>]+$/ });
const callId = stringOf({ minLength: 1, maxLength: CALL_ID_LENGTH_MAX });
const aText = stringOf({});

/** Checks all messages and takes what counts. @throws ApiError at the first thing that is wrong */
export function parseMessages(messages: readonly unknown[]): ChatMessage[] {
  checkLength(messages, 'messages', 1, Number.POSITIVE_INFINITY);
  const parsed = messages.map((message, index) => parseMessage(message, index));
  checkOrder(parsed);
  return parsed;
}

function parseMessage(value: unknown, index: number): ChatMessage {
  const path = `messages[${index}]`;
  const role = tagOf(value, path, ROLES, 'role');
  const message = value as JsonObject;
  const { content } = message;
  checkKnownFields(message, path, { name: role === 'function' ? functionName : participantName });
  if (role === 'assistant') checkKnownFields(message, path, ASSISTANT_FIELDS);
  checkReference(message, role, index);
  if (content === undefined || content === null) checkSilence(message, role, index);
  const said = content === undefined || content === null ? NO_CONTENT : parseContent(content, role, path);
  return {
    role,
    name: typeof message.name === 'string' ? message.name : undefined,
    ...said,
    calls: role === 'assistant' ? pastCalls(message) : [],
    toolCallId: role === 'tool' ? (message.tool_call_id as string) : undefined,
  };
}

const pastFunction: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { name: functionName, arguments: aText }, ['name', 'arguments']);
};

const pastCustom: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { name: functionName, input: aText }, ['name', 'input']);
};

const CALL_TYPES = ['function', 'custom'];

const pastToolCall: FieldRule = (call, path) => {
  const type = tagOf(call, path, CALL_TYPES);
  const rules = { id: callId, [type]: type === 'function' ? pastFunction : pastCustom };
  checkKnownFields(call as JsonObject, path, rules, ['id', type]);
};

const pastAudio: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { id: aString }, ['id']);
};

const ASSISTANT_FIELDS = {
  refusal: aText,
  tool_calls: arrayOf(pastToolCall, 1, TOOL_CALLS_MAX),
  function_call: pastFunction,
  audio: pastAudio,
};

function pastCalls(message: JsonObject): PastCall[] {
  const legacy = message.function_call as { name: string; arguments: string } | null | undefined;
  const calls = (message.tool_calls ?? []) as readonly CheckedCall[];
  return [
    ...(isObject(legacy) ? [{ id: undefined, name: legacy.name, input: legacy.arguments }] : []),
    ...calls.map(({ id, type, function: called, custom }) =>
      type === 'custom'
        ? { id, name: custom.name, input: custom.input }
        : { id, name: called.name, input: called.arguments },
    ),
  ];
}

interface CheckedCall {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
  readonly custom: { readonly name: string; readonly input: string };
}

/** A result says of what: a tool's by the call's id, a function's by the function's name. */
function checkReference(message: JsonObject, role: string, index: number): void {
  const field = role === 'tool' ? 'tool_call_id' : 'name';
  if (role !== 'tool' && role !== 'function') return;
  const value = message[field];
  if (value === undefined || value === null) {
    const lack = `Missing parameter '${field}': messages with role '${role}' must have a '${field}'.`;
    throw invalidRequest(lack, `messages.[${index}].${field}`, null);
  }
  (role === 'tool' ? callId : functionName)(value, `messages[${index}].${field}`);
}

/** Only an assistant's turn may be without content, when it holds something else. */
function checkSilence(message: JsonObject, role: string, index: number): void {
  const instead = ['tool_calls', 'function_call', 'audio', 'refusal'];
  if (role === 'assistant' && instead.some((field) => message[field] !== undefined && message[field] !== null)) return;
  if (role === 'function' && message.content === null) return;
  if (message.content === undefined && role !== 'assistant') throw missing(`messages[${index}].content`);
  throw invalidRequest(
    "Invalid value for 'content': expected a string, got null.",
    `messages.[${index}].content`,
    null,
  );
}

/** Every call of an assistant's turn is answered right behind it, and nothing else is answered. */
function checkOrder(messages: readonly ChatMessage[]): void {
  let open = new Set<string>();
  let known: ReadonlySet<string> = new Set();
  for (const [index, { role, calls, toolCallId }] of messages.entries()) {
    if (role === 'tool') {
      checkAnswer(toolCallId!, known, index);
      open.delete(toolCallId!);
      continue;
    }
    checkAllAnswered(open, `messages.[${index}].role`);
    known = new Set(calls.flatMap(({ id }) => id ?? []));
    open = new Set(known);
  }
  checkAllAnswered(open, 'messages');
}

function checkAnswer(toolCallId: string, known: ReadonlySet<string>, index: number): void {
  if (known.size === 0) {
    throw invalidRequest(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      `messages.[${index}].role`,
      null,
    );
  }
  if (!known.has(toolCallId)) {
    throw invalidRequest(
      `Invalid parameter: 'tool_call_id' of '${toolCallId}' not found in 'tool_calls' of previous message.`,
      `messages.[${index}].tool_call_id`,
      null,
    );
  }
}

function checkAllAnswered(open: ReadonlySet<string>, param: string): void {
  if (open.size === 0) return;
  throw invalidRequest(
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following " +
      `tool_call_ids did not have response messages: ${shown([...open].join(', '))}`,
    param,
    null,
  );
}
