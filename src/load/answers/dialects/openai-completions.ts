/** Plain completions. Shape: CreateCompletionResponse of OpenAI's published OpenAPI document, the same whole and streamed. */
import type { JsonObject } from '../../../kernel/json-object.js';
import type { Findings } from '../findings.js';
import { textIn } from './content.js';
import { choicesReader } from './openai-choices.js';

export const completionReader = choicesReader(readChoice, readChoice);

function readChoice({ text }: JsonObject, found: Findings): string {
  return textIn(text, found);
}
