/** Plain completions. Shape: CreateCompletionResponse of OpenAI's published OpenAPI document, the same whole and streamed. */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Findings } from '../findings.js';
import { completionUsage } from '../token-usage.js';
import { blameDocument, objectsIn, textIn } from './content.js';
import type { DialectReader } from './contract.js';
import { DONE_MARK, noteFinish, owesCompletionUsage } from './openai-chat.js';

export const completionReader: DialectReader = {
  endMark: DONE_MARK,
  event: readCompletion,
  whole(document, found) {
    if (Array.isArray(document.choices) && document.choices.length === 0) found.malformed('unexpected_shape');
    return readCompletion(document, found);
  },
  owesUsage: owesCompletionUsage,
};

function readCompletion(document: JsonObject, found: Findings): string {
  const { choices, usage } = document;
  // Some gateways send a broken stream's error in a chunk with choices.
  if (!Array.isArray(choices) || isObject(document.error)) {
    blameDocument(document, found);
    return '';
  }
  if (usage !== undefined && usage !== null) found.usage = completionUsage(usage);
  let said = '';
  for (const choice of objectsIn(choices, found)) {
    noteFinish(choice, found);
    said += textIn(choice.text, found);
  }
  return said;
}
