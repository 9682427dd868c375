/**
 * The Response object: what the API gives back of the request's settings, and how it looks at each stage of its life. Shape: Response of
 * OpenAI's published OpenAPI document and its examples.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ModelFacts } from '../../contract.js';
import type { Generation } from '../../generation.js';
import type { ResponseStatus } from './stored-response.js';
import { toolResource, withoutNulls } from './tool-resources.js';

export interface ResponseFacts {
  readonly id: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly completedAt: number;
  /** As it appears in the reply. */
  readonly model: string;
  readonly status: 'completed' | 'incomplete';
  readonly incompleteReason: 'max_output_tokens' | 'content_filter' | null;
  readonly output: readonly JsonObject[];
  /** Undefined where none was asked for. */
  readonly moderation: JsonObject | undefined;
  /** See usageObject. */
  readonly usage: JsonObject;
}

/** What serves a request that asks for the tier. */
const SERVED_BY: { readonly [tier: string]: string } = {
  auto: 'default',
  scale: 'default',
  fast: 'priority',
};

/** The response as it is in the end. @param body a request that was checked */
export function finalResponse(facts: ResponseFacts, body: JsonObject, model: ModelFacts): JsonObject {
  const completed = facts.status === 'completed';
  return {
    id: facts.id,
    object: 'response',
    created_at: facts.createdAt,
    status: facts.status,
    background: false,
    completed_at: completed ? facts.completedAt : null,
    error: null,
    incomplete_details: completed ? null : { reason: facts.incompleteReason },
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: facts.model,
    output: facts.output,
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    prompt_cache_retention: null,
    reasoning: reasoningOf(body.reasoning, model),
    safety_identifier: null,
    service_tier: SERVED_BY[String(body.service_tier ?? 'auto')] ?? body.service_tier,
    store: true,
    temperature: 1,
    text: textOf(body.text),
    tool_choice: 'auto',
    tools: Array.isArray(body.tools) ? body.tools.map(toolResource) : [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    usage: facts.usage,
    user: null,
    metadata: {},
    ...(facts.moderation !== undefined && { moderation: facts.moderation }),
    ...echoed(body),
  };
}

/** Settings that come back as they were given; null stands for the default. */
const ECHOED = [
  'background',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt_cache_key',
  'prompt_cache_retention',
  'safety_identifier',
  'store',
  'temperature',
  'tool_choice',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
  'metadata',
];

function echoed(body: JsonObject): JsonObject {
  const given = ECHOED.filter((name) => body[name] !== undefined && body[name] !== null);
  const settings = Object.fromEntries(given.map((name) => [name, body[name]]));
  const options = body.prompt_cache_options;
  if (!isObject(options)) return settings;
  return { ...settings, prompt_cache_options: { ttl: options.ttl ?? '30m', mode: options.mode ?? 'implicit' } };
}

/** The response before its end, or without one: no output, no usage, and nothing to moderate. */
export function unfinished(final: JsonObject, status: ResponseStatus): JsonObject {
  const open = { ...final, status, completed_at: null, incomplete_details: null, output: [], usage: null };
  return final.moderation === undefined ? open : { ...open, moderation: null };
}

export function usageObject(
  { inputTokens, cachedTokens }: { readonly inputTokens: number; readonly cachedTokens: number },
  { completionTokens, reasoningTokens }: Generation,
): JsonObject {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + completionTokens,
  };
}

/** What `include` did not ask for is not shown: encrypted reasoning, and probabilities of tokens. */
export function show(response: JsonObject, include: ReadonlySet<string>): JsonObject {
  return { ...response, output: (response.output as readonly JsonObject[]).map((item) => showItem(item, include)) };
}

export function showItem(item: JsonObject, include: ReadonlySet<string>): JsonObject {
  if (item.type === 'reasoning' && !include.has('reasoning.encrypted_content')) {
    const { encrypted_content: _, ...rest } = item;
    return rest;
  }
  if (item.type !== 'message' || include.has('message.output_text.logprobs')) return item;
  const content = (item.content as readonly JsonObject[]).map((part) =>
    part.logprobs === undefined ? part : { ...part, logprobs: [] },
  );
  return { ...item, content };
}

function reasoningOf(reasoning: unknown, { reasons, defaultEffort }: ModelFacts): JsonObject {
  const asked = isObject(reasoning) ? reasoning : {};
  const summary = asked.summary ?? asked.generate_summary ?? null;
  return { effort: asked.effort ?? (reasons ? defaultEffort : null), summary };
}

function textOf(text: unknown): JsonObject {
  const asked = isObject(text) ? text : {};
  const format = isObject(asked.format) ? withoutNulls(asked.format) : { type: 'text' };
  return {
    format: format.type === 'json_schema' ? { ...format, strict: format.strict ?? false } : format,
    verbosity: asked.verbosity ?? 'medium',
  };
}
