/**
 * A request for a message, or for the count of its tokens, checked as a whole, and the part of it that the simulation acts on. The order of
 * checks is that of the API: fields one by one, then what they mean together, then what depends on the model.
 */

import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { ApiRequest } from '../contract.js';
import type { ReasoningEffort, ReplyFormat } from '../generation.js';
import { promptedSchema } from '../prompted-schema.js';
import { type ApiVersion, apiVersionOf, isBeta } from './api-version.js';
import { checkBreakpoints, ttlOf } from './cache-control.js';
import { type Message, messagesOf } from './conversation.js';
import { checkConversation } from './conversation-rules.js';
import { withDescribedConstraints } from './described-constraints.js';
import { invalidRequest } from './errors.js';
import { type FieldRule, invalid } from './field-rules.js';
import { checkImages } from './image-limits.js';
import { generationOf, type ModelGeneration } from './model-generation.js';
import { marksOf, type PromptPart, promptParts } from './prompt.js';
import { countTokensBodyRule, messageBodyRule } from './request-fields.js';
import { checkSampling, checkThinking, checkTools } from './setting-rules.js';
import { type HeldConversation, heldConversation } from './thread.js';
import type { ToolChoice } from './tool-offer.js';

export interface Thinking {
  readonly type: 'enabled' | 'adaptive' | 'disabled' | 'between_tools';
  readonly budget_tokens?: number;
  readonly display?: 'summarized' | 'omitted' | 'updates' | null;
}

/** What both endpoints ask about. */
export interface PromptRequest {
  readonly model: string;
  readonly generation: ModelGeneration;
  readonly messages: readonly Message[];
  readonly parts: readonly PromptPart[];
  readonly tools: readonly JsonObject[];
  readonly toolChoice: ToolChoice | undefined;
  readonly thinking: Thinking | undefined;
  /** The client uses the beta form of the API, whose replies have more fields. */
  readonly beta: boolean;
  readonly contextManagement: boolean;
}

export interface MessageRequest extends PromptRequest {
  readonly stream: boolean;
  readonly maxTokens: number;
  readonly stops: readonly string[];
  readonly format: ReplyFormat;
  readonly effort: ReasoningEffort | undefined;
  readonly speed: 'standard' | 'fast';
  readonly inferenceGeo: string | undefined;
  /** The message whose prompt the client wants this one compared with. */
  readonly diagnosedMessage: string | undefined;
  /** What the server is asked to hold for later requests. */
  readonly held: HeldConversation | undefined;
}

/**
 * Throws ApiError with the real API's wording at the first problem.
 * @param sent the body, with the conversation that the server holds put before what it says
 */
export function parseMessageRequest(request: ApiRequest, sent: unknown = request.body): MessageRequest {
  const version = apiVersionOf(request);
  const body = checkedBody(sent, messageBodyRule(version));
  const prompt = promptOf(body, request, version);
  checkSampling(body, prompt);
  checkThinking(prompt, body);
  return {
    ...prompt,
    stream: body.stream === true,
    maxTokens: body.max_tokens as number,
    stops: (body.stop_sequences as readonly string[] | null | undefined) ?? [],
    format: formatOf(body, prompt),
    effort: outputConfigOf(body).effort ?? undefined,
    speed: body.speed === 'fast' ? 'fast' : 'standard',
    inferenceGeo: (body.inference_geo as string | null | undefined) ?? undefined,
    diagnosedMessage:
      (body.diagnostics as { previous_message_id?: string | null } | null | undefined)?.previous_message_id ??
      undefined,
    held: heldConversation(body),
  };
}

/** Throws ApiError with the real API's wording at the first problem. */
export function parseCountRequest(request: ApiRequest): PromptRequest {
  const version = apiVersionOf(request);
  return promptOf(checkedBody(request.body, countTokensBodyRule), request, version);
}

function checkedBody(body: unknown, rule: FieldRule): JsonObject {
  checkDepth(body);
  rule(body, '');
  return body as JsonObject;
}

function promptOf(body: JsonObject, request: ApiRequest, version: ApiVersion): PromptRequest {
  const model = body.model as string;
  const generation = generationOf(model);
  const messages = messagesOf(body.messages as readonly JsonObject[]);
  const tools = (body.tools as readonly JsonObject[] | null | undefined) ?? [];
  const toolChoice = (body.tool_choice as ToolChoice | null | undefined) ?? undefined;
  checkTools(tools, toolChoice);
  checkConversation(messages, version, generation);
  const parts = promptParts({ tools, system: body.system, messages, ttl: ttlOf(body) });
  checkMarks(parts);
  checkImages(parts, version);
  return {
    model,
    generation,
    messages,
    parts,
    tools,
    toolChoice,
    thinking: (body.thinking as Thinking | null | undefined) ?? undefined,
    beta: isBeta(request),
    contextManagement: isObject(body.context_management),
  };
}

function checkMarks(parts: readonly PromptPart[]): void {
  for (const { value, path, ttl } of parts) {
    if (ttl === undefined || value.type !== 'text') continue;
    if (value.text === '') throw invalid(path, 'cache_control cannot be set for empty text blocks');
  }
  checkBreakpoints(marksOf(parts));
}

interface OutputConfig {
  readonly effort?: ReasoningEffort | null;
  readonly format?: { readonly schema: unknown } | null;
}

function outputConfigOf(body: JsonObject): OutputConfig {
  return (body.output_config as OutputConfig | null | undefined) ?? {};
}

/**
 * The schema stands in output_config; older clients say output_format. The API has no mode for some JSON: clients that want it say so in the
 * system prompt, with the schema, and offer no tools.
 */
function formatOf(body: JsonObject, { parts, tools }: PromptRequest): ReplyFormat {
  const format = outputConfigOf(body).format ?? (body.output_format as OutputConfig['format']);
  if (format) return { kind: 'json_schema', schema: withDescribedConstraints(format.schema) };
  const schema = tools.length > 0 ? undefined : promptedSchema(systemTextsOf(parts));
  return schema === undefined ? { kind: 'text' } : { kind: 'json', schema };
}

/** The texts of the system prompt that speak of JSON. */
function systemTextsOf(parts: readonly PromptPart[]): string[] {
  const texts = parts.filter(({ section }) => section === 'system').map(({ value }) => value.text);
  return texts.filter((text): text is string => typeof text === 'string' && /json/i.test(text));
}

/** Deeper bodies are refused, because what counts and hashes them must not run out of stack. */
const DEPTH_MAX = 500;

function checkDepth(body: unknown): void {
  let level: unknown[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) throw invalidRequest('The request body is nested too deeply.');
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
}
