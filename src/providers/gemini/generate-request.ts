/**
 * From the body of generateContent to what the simulation is asked: reading, checks in the API's order, the cached content that the request
 * stands on, and the prompt's tokens.
 */
import type { ApiRequest, ModelFacts, Simulation } from '../contract.js';
import type { Conversation, GenerationRequest, ReplyFormat } from '../generation.js';
import { promptedSchema } from '../prompted-schema.js';
import type { ApiVersion } from './api-version.js';
import { type CachedContent, recallCachedContent } from './cached-content-store.js';
import { checkAbilities, configViolations } from './config-rules.js';
import { checkTurns, contentViolations, partViolations } from './content-rules.js';
import { invalidArgument, invalidFields } from './errors.js';
import type { Content } from './messages/content.js';
import { type GenerateContentRequest, generateContentMessage } from './messages/requests.js';
import { findModel } from './model-lookup.js';
import { type ModelTraits, traitsOf } from './model-traits.js';
import { countPrompt } from './prompt-tokens.js';
import { readMessage } from './proto/proto-reader.js';
import { mimeTypeOf, replyFormatOf } from './reply-format.js';
import { type Thinking, thinkingOf } from './thinking.js';
import { TokenCount } from './token-count.js';
import { declarationsOf, hasOwnTools, parametersOf, toolOfferOf, toolViolations } from './tool-offer.js';

export interface GenerateCall {
  readonly request: GenerateContentRequest;
  /** As the client named it. */
  readonly modelName: string;
  readonly model: ModelFacts;
  readonly traits: ModelTraits;
  readonly thinking: Thinking;
  /** Of the whole prompt, cached content included. */
  readonly prompt: TokenCount;
  readonly cached: TokenCount;
  readonly generation: GenerationRequest;
}

/** Throws ApiError for a request that the real API rejects. */
export function readGenerateCall(call: ApiRequest, version: ApiVersion, simulation: Simulation): GenerateCall {
  const modelName = call.parameters.model;
  const traits = traitsOf(modelName);
  const request = simulation.read(() => checkedRequest(call, version, traits, simulation));
  const model = findChatModel(call, version, simulation);
  const { generationConfig: config = {}, contents = [], cachedContent } = request;
  const thinking = thinkingOf(config.thinkingConfig, model, traits);
  const cache =
    cachedContent === undefined
      ? undefined
      : recallCachedContent(cachedContent, request, modelName, version, simulation);
  const offer = toolOfferOf(request.tools ?? cache?.tools ?? [], request.toolConfig ?? cache?.toolConfig);
  checkSchemas(request, simulation);
  checkTurns(contents);
  const { cached, prompt } = countTokens(request, model, traits, cache, simulation);
  return {
    request,
    modelName,
    model,
    traits,
    thinking,
    cached,
    prompt,
    generation: {
      model,
      promptTokens: prompt.total,
      cachedTokens: cached.total,
      conversation: conversationOf(contents),
      choices: config.candidateCount ?? 1,
      maxTokens: config.maxOutputTokens ?? model.maxOutputTokens,
      maxTokensGiven: config.maxOutputTokens !== undefined,
      stops: config.stopSequences ?? [],
      format: formatOf(request),
      ...(offer !== undefined && { tools: offer }),
      ...(thinking.reasoning !== undefined && { reasoning: thinking.reasoning }),
    },
  };
}

/** What the body says, checked as far as that depends on nothing else than the model. */
function checkedRequest(
  call: ApiRequest,
  version: ApiVersion,
  traits: ModelTraits,
  simulation: Simulation,
): GenerateContentRequest {
  const request = readMessage<GenerateContentRequest>(generateContentMessage, call.body, version);
  const { maxOutputTokens } = findChatModel(call, version, simulation);
  checkRequest(request);
  checkAbilities(request.generationConfig ?? {}, traits, maxOutputTokens);
  checkTools(request, traits);
  return request;
}

function findChatModel({ parameters }: ApiRequest, version: ApiVersion, simulation: Simulation): ModelFacts {
  const model = findModel(parameters.model, 'chat', 'generateContent', version, simulation);
  // Set before anything else can be rejected, so that a rejection is counted for its model.
  simulation.plan.modelIndex = model.index;
  return model;
}

/** Everything that is wrong with the fields of the request, at once. */
export function checkRequest(request: GenerateContentRequest): void {
  const path = 'GenerateContentRequest';
  const violations = [
    ...contentViolations(request.contents, `${path}.contents`),
    ...(request.systemInstruction === undefined
      ? []
      : partViolations(request.systemInstruction, `${path}.system_instruction`)),
    ...toolViolations(request.tools ?? [], `${path}.tools`),
    ...configViolations(request.generationConfig ?? {}),
  ];
  if (violations.length > 0) throw invalidFields(violations);
}

/** Throws for a schema that no document can be written for, such as one that refers to nothing. */
function checkSchemas({ tools = [], generationConfig = {} }: GenerateContentRequest, simulation: Simulation): void {
  const format = replyFormatOf(generationConfig);
  const schemas: [path: string, schema: unknown][] = tools.flatMap(({ functionDeclarations = [] }, index) =>
    functionDeclarations.map((declaration, position): [string, unknown] => [
      `tools[${index}].function_declarations[${position}].parameters`,
      parametersOf(declaration),
    ]),
  );
  if (format.kind === 'json_schema') schemas.push(['generation_config.response_schema', format.schema]);
  for (const [path, schema] of schemas) {
    const problem = schema === undefined ? undefined : simulation.schemaProblem(schema);
    if (problem !== undefined) throw invalidFields([`GenerateContentRequest.${path}: ${problem.message}`]);
  }
}

/** Up to generation 2.5 functions exclude a JSON reply and the API's own tools. */
function checkTools(
  { tools = [], generationConfig: config = {} }: GenerateContentRequest,
  { isNew }: ModelTraits,
): void {
  if (isNew || declarationsOf(tools).length === 0) return;
  if (replyFormatOf(config).kind !== 'text') {
    throw invalidArgument(`Function calling with a response mime type: '${mimeTypeOf(config)}' is unsupported`);
  }
  if (hasOwnTools(tools)) throw invalidArgument('Tool use with function calling is unsupported');
}

function countTokens(
  request: GenerateContentRequest,
  model: ModelFacts,
  traits: ModelTraits,
  cache: CachedContent | undefined,
  simulation: Simulation,
): { cached: TokenCount; prompt: TokenCount } {
  const stored = TokenCount.of(cache?.details ?? []);
  // What stands on a content that the client has cached is not looked up besides.
  const scope = { cacheable: cache === undefined, partition: '', minTokens: traits.cachedTokensMin };
  const { measured, cachedTokens } = simulation.measurePrompt(model, scope, (meter) => {
    const own = countPrompt(request, meter, traits, request.generationConfig?.mediaResolution);
    if (stored.total + own.total > model.contextWindowTokens) {
      throw invalidArgument(
        `The input token count exceeds the maximum number of tokens allowed ${model.contextWindowTokens}.`,
      );
    }
    return own.runs();
  });
  const own = TokenCount.of(measured);
  const prompt = stored.plus(own);
  simulation.plan.promptTokens = prompt.total;
  return { cached: stored.plus(own.first(cachedTokens)), prompt };
}

/** Some JSON is that of a schema which the prompt states. */
function formatOf({ generationConfig = {}, systemInstruction, contents = [] }: GenerateContentRequest): ReplyFormat {
  const format = replyFormatOf(generationConfig);
  if (format.kind !== 'json') return format;
  const said = [...(systemInstruction === undefined ? [] : [systemInstruction]), ...contents];
  const texts = said.flatMap(({ parts = [] }) => parts.map(({ text = '' }) => text));
  return { kind: 'json', schema: promptedSchema(texts) };
}

function conversationOf(contents: readonly Content[]): Conversation {
  const last = contents.at(-1);
  const user = contents.findLast(({ role = 'user', parts = [] }) => role === 'user' && parts.some(isText));
  return {
    lastMessage: (user?.parts ?? []).map((part) => part.text ?? '').join(''),
    endsWithToolResult: last?.parts?.some((part) => part.functionResponse !== undefined) ?? false,
  };
}

function isText({ text }: { readonly text?: string }): boolean {
  return text !== undefined;
}
