/**
 * What a chat completion answers with, before it is laid out as one document or as a stream: the generated choices with identifiers of
 * their tool calls, and the counts of usage. Both layouts begin from here, so that the same request says the same in both.
 */
import type { Tokenizer } from '../../../content/contract.js';
import type { Simulation } from '../../contract.js';
import { type GeneratedChoice, type GeneratedPart, type Generation, textOf, textTokensOf } from '../../generation.js';
import { completionId, toolCallId } from '../identity.js';
import type { TokenUsage } from '../usage.js';
import { type Speech, speechOf } from './audio.js';
import type { ChatRequest } from './chat-request.js';
import { moderationOf } from './moderation.js';
import type { PromptTokens } from './prompt-tokens.js';

/** What is the same in every chunk of a reply. */
export interface ChatReply {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly serviceTier: string;
  readonly fingerprint: string;
}

/** How a call is written: as a function's or a custom tool's, or as the older message.function_call. */
export type CallForm = 'function' | 'custom' | 'legacy';

/** A second of sound takes a while to compute: a token's takes as long as writing so many tokens. */
const TOKENS_PER_SOUND = 100;

export interface ChatCall {
  /** The part of the choice that holds its input. */
  readonly part: number;
  readonly id: string;
  readonly name: string;
  readonly form: CallForm;
}

export interface ChatChoice extends GeneratedChoice {
  readonly calls: readonly ChatCall[];
  /** Whether the text is a refusal to write the document that was asked for. */
  readonly refused: boolean;
  /** In OpenAI's words. */
  readonly finishReason: string;
}

export interface ChatGeneration extends Generation {
  readonly choices: readonly ChatChoice[];
}

export interface ChatAnswer {
  readonly reply: ChatReply;
  readonly generation: ChatGeneration;
  readonly usage: TokenUsage;
  /** How the reply is spoken, where it is. */
  readonly speech: Speech | undefined;
  /** What the moderation of prompt and reply found, where it was asked for. */
  readonly moderation: object | undefined;
}

export function answerOf(
  request: ChatRequest,
  generation: Generation,
  prompt: PromptTokens & { readonly cached: number },
  simulation: Simulation,
  tokenizer: Tokenizer,
): ChatAnswer {
  const reply = {
    id: completionId('chatcmpl', simulation),
    created: simulation.created(),
    model: request.model + simulation.modelSuffix,
    serviceTier: request.serviceTier,
    fingerprint: `sim-${simulation.seed}`,
  };
  const choices = generation.choices.map((choice) => chatChoice(choice, request, simulation));
  const predicted = comparePrediction(request.prediction, generation, tokenizer);
  const { audioFormat } = request;
  const spoken = audioFormat === undefined ? [] : choices.flatMap(spokenTokens);
  if (spoken.length > 0) simulation.takes(spoken.length * TOKENS_PER_SOUND);
  const speech =
    audioFormat === undefined || spoken.length === 0 ? undefined : speechOf(audioFormat, reply.created, simulation);
  const audioTokens = speech?.tokensOf(spoken) ?? 0;
  return {
    reply,
    generation: {
      choices,
      completionTokens: generation.completionTokens,
      reasoningTokens: generation.reasoningTokens,
      ttftUs: generation.ttftUs,
      itlUs: generation.itlUs,
      stepTokens: generation.stepTokens,
    },
    speech,
    moderation: moderationOf(request, choices, simulation),
    usage: {
      promptTokens: prompt.total,
      cachedTokens: prompt.cached,
      promptAudioTokens: prompt.audio,
      completionTokens: generation.completionTokens + predicted.rejected + audioTokens,
      completionAudioTokens: audioTokens,
      reasoningTokens: generation.reasoningTokens,
      acceptedPredictionTokens: predicted.accepted,
      rejectedPredictionTokens: predicted.rejected,
    },
  };
}

/** What is spoken: the text, if there is any; neither calls nor a refusal. */
function spokenTokens(choice: ChatChoice): readonly string[] {
  return choice.refused ? [] : textTokensOf(choice);
}

function chatChoice(choice: GeneratedChoice, { tools, format }: ChatRequest, simulation: Simulation): ChatChoice {
  const { legacy } = tools;
  const parts = legacy ? withOneCall(choice.parts) : choice.parts;
  const calls = parts.flatMap((generated, part): ChatCall[] => {
    if (generated.kind !== 'tool_call') return [];
    const { name } = generated;
    const isCustom = tools.tools.some((tool) => tool.kind === 'custom' && tool.name === name);
    return [{ part, id: toolCallId(simulation), name, form: legacy ? 'legacy' : isCustom ? 'custom' : 'function' }];
  });
  const refused = format.kind === 'json_schema' && choice.finish === 'content_filter' && calls.length === 0;
  const { finish, stopSequence } = choice;
  return { parts, finish, stopSequence, calls, refused, finishReason: finishReason(choice, refused, legacy) };
}

/** A model that refuses stops by itself. */
function finishReason({ finish }: GeneratedChoice, refused: boolean, legacy: boolean): string {
  if (refused) return 'stop';
  return finish === 'tool_calls' && legacy ? 'function_call' : finish;
}

/** message.function_call has room for one. */
function withOneCall(parts: readonly GeneratedPart[]): readonly GeneratedPart[] {
  const first = parts.findIndex(({ kind }) => kind === 'tool_call');
  return parts.filter(({ kind }, part) => kind !== 'tool_call' || part === first);
}

/**
 * Which tokens of the prediction the first choice has, in their order: a simulated model does not write what is predicted, so this is
 * what would have been saved if it had. The others were generated for nothing and are billed.
 */
function comparePrediction(
  prediction: string | undefined,
  { choices }: Generation,
  tokenizer: Tokenizer,
): { readonly accepted: number; readonly rejected: number } {
  if (prediction === undefined) return { accepted: 0, rejected: 0 };
  const predicted = tokenizer.split(prediction);
  const written = tokenizer.split(textOf(choices[0], 'text'));
  let accepted = 0;
  for (const token of written) if (token === predicted[accepted]) accepted++;
  return { accepted, rejected: predicted.length - accepted };
}
