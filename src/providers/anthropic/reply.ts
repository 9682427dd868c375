/**
 * A message as the API returns it: its frame, its content blocks, why it stopped and what it used. Shapes: Message, Usage and their beta
 * forms in Anthropic's SDK, with every field that they require. `citations` is left out of text: there are none, and null breaks clients.
 */

import { isObject } from '../../kernel/json-object.js';
import type { Simulation } from '../contract.js';
import type { GeneratedChoice, GeneratedPart, Generation } from '../generation.js';
import { toolUseId } from './identity.js';
import type { MessageRequest } from './messages-request.js';
import { isTunable } from './model-generation.js';
import type { CacheUsage } from './prompt-cache.js';
import { signatureOf } from './thinking-signature.js';

export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'refusal'
  | 'model_context_window_exceeded';

/** What a reply is made of, whether it is streamed or not. */
export interface Reply {
  readonly id: string;
  readonly model: string;
  readonly request: MessageRequest;
  readonly cache: CacheUsage;
  readonly generation: Generation;
  readonly blocks: readonly ReplyBlock[];
  readonly stopReason: StopReason;
  readonly stopSequence: string | undefined;
}

/** A content block to be, with the part of the generation that fills it. */
export type ReplyBlock = { readonly tokens: readonly string[] } & (
  | { readonly kind: 'text' }
  | { readonly kind: 'thinking'; readonly signature: string; readonly shown: boolean }
  | { readonly kind: 'tool_use'; readonly id: string; readonly name: string; readonly toolset: string | undefined }
);

/** The blocks of a choice; a part without tokens makes none. */
export function replyBlocks(
  parts: readonly GeneratedPart[],
  request: MessageRequest,
  toolsetOf: ReadonlyMap<string, string>,
  simulation: Simulation,
): ReplyBlock[] {
  return parts.flatMap((part): ReplyBlock[] => {
    const { tokens } = part;
    if (part.kind === 'tool_call') {
      const { name } = part;
      return [{ kind: 'tool_use', tokens, id: toolUseId(simulation), name, toolset: toolsetOf.get(name) }];
    }
    if (tokens.length === 0) return [];
    if (part.kind === 'text') return [{ kind: 'text', tokens }];
    const display = request.thinking?.display ?? (isTunable(request.generation) ? 'summarized' : 'omitted');
    const shown = display !== 'omitted';
    return [{ kind: 'thinking', tokens, signature: signatureOf(tokens.length, simulation), shown }];
  });
}

/** @param windowFull the context window, and not the client's limit, bounds the reply */
export function stopReasonOf({ finish, stopSequence }: GeneratedChoice, windowFull: boolean): StopReason {
  if (stopSequence !== undefined) return 'stop_sequence';
  switch (finish) {
    case 'length':
      return windowFull ? 'model_context_window_exceeded' : 'max_tokens';
    case 'tool_calls':
      return 'tool_use';
    case 'content_filter':
      return 'refusal';
    case 'stop':
      return 'end_turn';
  }
}

/** The whole message. */
export function messageOf(reply: Reply): object {
  return {
    ...frameOf(reply),
    content: contentOf(reply),
    ...stopOf(reply),
    ...endOf(reply),
    usage: usageOf(reply, outputTokensOf(reply)),
  };
}

export function contentOf({ blocks }: Reply): object[] {
  return blocks.map(contentBlockOf);
}

/** The message as a stream begins with it: nothing said, nothing decided. */
export function openingOf(reply: Reply): object {
  const stop = { stop_reason: null, stop_sequence: null, stop_details: null };
  return { ...frameOf(reply), content: [], ...stop, ...endOf(reply), usage: usageOf(reply, OPENING_OUTPUT_TOKENS, 0) };
}

/** The real API has counted the first token, or a few, by then. */
const OPENING_OUTPUT_TOKENS = 1;

/** The delta and the usage of message_delta. */
export function closingOf(reply: Reply): object {
  const { cache_creation_input_tokens, cache_read_input_tokens, ...usage } = usageOf(reply, outputTokensOf(reply));
  const { input_tokens, output_tokens, output_tokens_details, server_tool_use } = usage;
  return {
    delta: { ...stopOf(reply), container: null },
    usage: {
      input_tokens,
      cache_creation_input_tokens,
      cache_read_input_tokens,
      output_tokens,
      output_tokens_details,
      server_tool_use,
      ...betaUsage(reply.request),
    },
    ...contextManagementOf(reply.request),
  };
}

export function outputTokensOf({ generation }: Reply): number {
  return generation.completionTokens;
}

function frameOf({ id, model }: Reply): object {
  return { model, id, type: 'message', role: 'assistant' };
}

function stopOf({ stopReason, stopSequence = null }: { stopReason: StopReason; stopSequence?: string | null }): object {
  const details = stopReason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
  return { stop_reason: stopReason, stop_sequence: stopSequence, stop_details: details };
}

function endOf({ request }: Reply): object {
  // No prompt of an earlier message is kept, so there is nothing to compare with.
  const diagnostics = request.diagnosedMessage === undefined ? null : { cache_miss_reason: { type: 'unavailable' } };
  return { container: null, diagnostics, ...contextManagementOf(request) };
}

function contextManagementOf({ beta, contextManagement }: MessageRequest): object {
  if (!beta) return {};
  return { context_management: contextManagement ? { applied_edits: [] } : null };
}

function usageOf(
  { request, cache, generation }: Reply,
  outputTokens: number,
  thinkingTokens = generation.reasoningTokens,
) {
  return {
    input_tokens: cache.inputTokens,
    cache_creation_input_tokens: cache.writtenTokens['5m'] + cache.writtenTokens['1h'],
    cache_read_input_tokens: cache.readTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cache.writtenTokens['5m'],
      ephemeral_1h_input_tokens: cache.writtenTokens['1h'],
    },
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: thinkingTokens },
    server_tool_use: null,
    service_tier: 'standard',
    speed: request.speed,
    inference_geo: request.inferenceGeo ?? 'not_available',
    ...betaUsage(request),
  };
}

function betaUsage({ beta }: MessageRequest): object {
  return beta ? { iterations: null, fallback_credit: null } : {};
}

function contentBlockOf(block: ReplyBlock): object {
  const text = block.tokens.join('');
  switch (block.kind) {
    case 'text':
      return { type: 'text', text };
    case 'thinking':
      return { type: 'thinking', thinking: block.shown ? text : '', signature: block.signature };
    case 'tool_use':
      return toolUseOf(block, inputFrom(text));
  }
}

/** The start of a block in a stream, before any delta. */
export function emptyBlockOf(block: ReplyBlock): object {
  switch (block.kind) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use':
      return toolUseOf(block, {});
  }
}

function toolUseOf(block: ReplyBlock & { kind: 'tool_use' }, input: object): object {
  const { id, name, toolset } = block;
  const called = { type: 'tool_use', id, name, input, caller: { type: 'direct' } };
  return toolset === undefined ? called : { ...called, toolset_name: toolset };
}

/** The input that the tokens spell; a document that the limit cut short, or that is no object, is none. */
function inputFrom(text: string): object {
  try {
    const input: unknown = JSON.parse(text);
    return isObject(input) ? input : {};
  } catch {
    return {};
  }
}
