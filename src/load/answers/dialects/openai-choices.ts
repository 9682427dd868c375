/** What chat completions and plain completions share: choices, usage and the end of a stream. Shapes: OpenAI's published OpenAPI document. */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { NumberedRequest } from '../../contract.js';
import type { Findings } from '../findings.js';
import { completionUsage } from '../token-usage.js';
import { blameDocument, objectsIn } from './content.js';
import type { DialectReader } from './contract.js';

/** A member's name in a body, not in a text of it: there its quotes would be escaped. */
const ASKS_FOR_USAGE = /"include_usage"\s*:\s*true/;

/** What one choice says. */
type ChoiceReader = (choice: JsonObject, found: Findings) => string;

/**
 * The reader of an API whose answers are made of choices.
 * @param ofEvent reads a choice of a stream's event
 * @param ofWhole reads one of a whole answer
 */
export function choicesReader(ofEvent: ChoiceReader, ofWhole: ChoiceReader): DialectReader {
  return {
    endMark: '[DONE]',
    event: (document, found) => readChoices(document, found, ofEvent),
    whole(document, found) {
      if (Array.isArray(document.choices) && document.choices.length === 0) found.malformed('unexpected_shape');
      return readChoices(document, found, ofWhole);
    },
    owesUsage,
  };
}

/** Streams count tokens only for those who ask. */
function owesUsage({ stream, body }: NumberedRequest): boolean {
  return !stream || ASKS_FOR_USAGE.test(body);
}

function readChoices(document: JsonObject, found: Findings, read: ChoiceReader): string {
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
    said += read(choice, found);
  }
  return said;
}

/** The first choice's reason is the answer's. */
function noteFinish({ finish_reason: reason, index }: JsonObject, found: Findings): void {
  if (typeof reason === 'string' && (index === undefined || index === 0)) found.finishReason = reason;
}
