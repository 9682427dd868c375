/**
 * Messages. Shapes: Message and RawMessageStreamEvent of Anthropic's SDK. A stream counts the prompt in its first event and the output in
 * its last but one, which may say the former anew; both belong to its usage.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { errorWord } from '../error-words.js';
import type { Findings } from '../findings.js';
import { messageUsage } from '../token-usage.js';
import { blameDocument, jsonOf, objectsIn, textIn } from './content.js';
import type { DialectReader } from './contract.js';

export class MessagesReader implements DialectReader {
  #openingUsage: JsonObject | undefined;

  event(document: JsonObject, found: Findings): string {
    switch (document.type) {
      case 'content_block_delta':
        return deltaText(document.delta, found);
      case 'content_block_start':
        return openingText(document.content_block, found);
      case 'message_start':
        this.#open(document.message, found);
        return '';
      case 'message_delta':
        this.#close(document, found);
        return '';
      case 'message_stop':
        found.isOver = true;
        return '';
      case 'error':
        found.providerError(errorWord(document));
        return '';
      default:
        // New types of events may come at any time, says the API's documentation, and are to be passed over.
        if (typeof document.type !== 'string') blameDocument(document, found);
        return '';
    }
  }

  whole(document: JsonObject, found: Findings): string {
    const { content, stop_reason: reason, usage } = document;
    if (!Array.isArray(content)) {
      blameDocument(document, found);
      return '';
    }
    if (typeof reason === 'string') found.finishReason = reason;
    if (usage !== undefined && usage !== null) found.usage = messageUsage(usage);
    return objectsIn(content, found)
      .map((block) => blockText(block, found))
      .join('');
  }

  owesUsage(): boolean {
    return true;
  }

  #open(message: unknown, found: Findings): void {
    if (!isObject(message)) {
      found.malformed('unexpected_shape');
      return;
    }
    if (isObject(message.usage)) this.#openingUsage = message.usage;
  }

  #close({ delta, usage }: JsonObject, found: Findings): void {
    if (isObject(delta) && typeof delta.stop_reason === 'string') found.finishReason = delta.stop_reason;
    if (!isObject(usage)) return;
    const known = Object.entries(usage).filter(([, count]) => count !== null && count !== undefined);
    const whole = { ...this.#openingUsage, ...Object.fromEntries(known) };
    // Without the prompt's count in either place it is missing, not wrong.
    if (whole.input_tokens !== undefined) found.usage = messageUsage(whole);
  }
}

function deltaText(delta: unknown, found: Findings): string {
  if (!isObject(delta)) {
    found.malformed('unexpected_shape');
    return '';
  }
  switch (delta.type) {
    case 'text_delta':
      return textIn(delta.text, found);
    case 'input_json_delta':
      return textIn(delta.partial_json, found);
    case 'thinking_delta':
      return textIn(delta.thinking, found);
    default:
      // Signatures and citations are nothing that a user reads.
      return '';
  }
}

/** Blocks open empty, but nothing forbids that they say something at once. */
function openingText(block: unknown, found: Findings): string {
  if (isObject(block)) return textIn(block.text, found) + textIn(block.thinking, found);
  found.malformed('unexpected_shape');
  return '';
}

function blockText(block: JsonObject, found: Findings): string {
  const input = isObject(block.input) ? jsonOf(block.input, found) : '';
  return openingText(block, found) + input;
}
