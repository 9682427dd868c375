/**
 * Responses. Shapes: Response and ResponseStreamEvent of OpenAI's published OpenAPI document. Whatever is said comes in events whose
 * type ends with `.delta`; the last event carries the response finished.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { errorWord } from '../error-words.js';
import type { Findings } from '../findings.js';
import { responseUsage } from '../token-usage.js';
import { blameDocument, objectsIn, textIn } from './content.js';
import type { DialectReader } from './contract.js';

const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed']);
/** Sound in base64; what it says comes in events of its own. */
const SOUND = 'response.audio.delta';

export const responsesReader: DialectReader = {
  event(document, found) {
    const { type } = document;
    if (typeof type !== 'string') {
      blameDocument(document, found);
      return '';
    }
    if (type.endsWith('.delta')) return type === SOUND ? '' : textIn(document.delta, found);
    if (type === 'error') found.providerError(errorWord(document));
    else if (TERMINAL.has(type)) readEnd(document.response, found);
    return '';
  },
  whole(document, found) {
    if (typeof document.status !== 'string' || !Array.isArray(document.output)) {
      blameDocument(document, found);
      return '';
    }
    readState(document, found);
    return objectsIn(document.output, found)
      .map((item) => contentOf(item, found))
      .join('');
  },
  owesUsage: () => true,
};

function readEnd(response: unknown, found: Findings): void {
  found.isOver = true;
  if (isObject(response)) readState(response, found);
  else found.malformed('unexpected_shape');
}

function readState(response: JsonObject, found: Findings): void {
  const { status, incomplete_details: details, usage } = response;
  if (status === 'failed') found.providerError(errorWord(response));
  const reason = isObject(details) ? details.reason : undefined;
  if (typeof status === 'string') found.finishReason = typeof reason === 'string' ? reason : status;
  if (usage !== undefined && usage !== null) found.usage = responseUsage(usage);
}

/** Of an item: a message's texts and refusals, a summary of reasoning, the input of a call. */
function contentOf(item: JsonObject, found: Findings): string {
  const parts = [...objectsIn(item.summary, found), ...objectsIn(item.content, found)];
  const said = parts.map((part) => textIn(part.text, found) + textIn(part.refusal, found)).join('');
  return said + textIn(item.arguments, found) + (typeof item.input === 'string' ? item.input : '');
}
