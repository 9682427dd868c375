/**
 * How many tokens a prompt has, by modality. Text counts by the model's tokenizer; a content costs one token more, which recorded counts of
 * single turns show. Function declarations, calls and results count as the JSON text that they are: an assumption, close to recorded ones.
 */
import type { PromptMeter } from '../prompt-meter.js';
import { countMedia, mediaContent } from './media-tokens.js';
import type { Content, MediaResolutionLevel, Part } from './messages/content.js';
import type { FunctionDeclaration, Tool } from './messages/tools.js';
import type { ModelTraits } from './model-traits.js';
import { TokenCount } from './token-count.js';
import { declarationsOf } from './tool-offer.js';

const TOKENS_PER_CONTENT = 1;

export interface Prompt {
  readonly systemInstruction?: Content;
  readonly contents?: readonly Content[];
  readonly tools?: readonly Tool[];
}

/** In the order in which the model reads it: tools are part of what the system says. */
export function countPrompt(
  { systemInstruction, contents = [], tools = [] }: Prompt,
  meter: PromptMeter,
  traits: ModelTraits,
  resolution?: MediaResolutionLevel,
): TokenCount {
  const count = new TokenCount();
  for (const declaration of declarationsOf(tools)) count.add('TEXT', meter.text(textOfDeclaration(declaration)));
  for (const content of systemInstruction === undefined ? contents : [systemInstruction, ...contents]) {
    count.add('TEXT', meter.other(content.role ?? '', TOKENS_PER_CONTENT));
    for (const part of content.parts ?? []) {
      count.add('TEXT', meter.text(textIn(part)));
      const before = count.total;
      countMedia(part, resolution, traits, count);
      if (count.total > before) meter.other(mediaContent(part), count.total - before);
    }
  }
  return count;
}

function textIn(part: Part): string {
  if (part.text !== undefined) return part.text;
  const { executableCode, codeExecutionResult, audioTranscription, functionCall, functionResponse, ...rest } = part;
  if (executableCode !== undefined) return executableCode.code ?? '';
  if (codeExecutionResult !== undefined) return codeExecutionResult.output ?? '';
  if (audioTranscription !== undefined) return audioTranscription.text ?? '';
  if (functionCall !== undefined) return (functionCall.name ?? '') + JSON.stringify(functionCall.args ?? {});
  if (functionResponse !== undefined) {
    return (functionResponse.name ?? '') + JSON.stringify(functionResponse.response ?? {});
  }
  const ownTool = rest.toolCall ?? rest.toolResponse;
  return ownTool === undefined ? '' : JSON.stringify(ownTool);
}

function textOfDeclaration({ name, description, ...schemas }: FunctionDeclaration): string {
  const { parameters, parametersJsonSchema, response, responseJsonSchema } = schemas;
  return JSON.stringify(
    { name, description, parameters, parametersJsonSchema, response, responseJsonSchema },
    (_key, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value),
  );
}
