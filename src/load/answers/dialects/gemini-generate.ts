/**
 * generateContent and streamGenerateContent. Shape: GenerateContentResponse of Google's discovery document, the same whole and streamed.
 * No event ends a stream by its name: it is over when each candidate has said why it finished, or when the prompt was blocked.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Findings } from '../findings.js';
import { usageMetadata } from '../token-usage.js';
import { blameDocument, jsonOf, objectsIn, textIn } from './content.js';
import type { DialectReader } from './contract.js';

/** Candidates that are told apart; the API makes eight at most. */
const CANDIDATES_MAX = 31;

export class GenerateReader implements DialectReader {
  readonly mayGoOn = true;
  /** Bits of candidates that have begun, and that have finished. */
  #begun = 0;
  #finished = 0;

  event(document: JsonObject, found: Findings): string {
    const { candidates, promptFeedback, usageMetadata: usage } = document;
    const isBlocked = isObject(promptFeedback) && typeof promptFeedback.blockReason === 'string';
    if (!Array.isArray(candidates) && !isBlocked && !isObject(usage)) {
      blameDocument(document, found);
      return '';
    }
    if (isBlocked) this.#block(promptFeedback.blockReason as string, found);
    let said = '';
    for (const candidate of objectsIn(candidates, found)) said += this.#candidate(candidate, found);
    // Counts grow from chunk to chunk: those of one before the last are not the answer's.
    if (found.isOver && candidates !== undefined) found.usage = undefined;
    if (usage !== undefined && usage !== null) found.usage = usageMetadata(usage);
    return said;
  }

  whole(document: JsonObject, found: Findings): string {
    const said = this.event(document, found);
    const isEmpty = this.#begun === 0 && !found.isOver;
    if (isEmpty) blameDocument(document, found);
    return said;
  }

  owesUsage(): boolean {
    return true;
  }

  #block(reason: string, found: Findings): void {
    if (found.isOver) found.malformed('event_after_end');
    found.isOver = true;
    found.finishReason = reason;
  }

  #candidate({ content, finishReason, index = 0 }: JsonObject, found: Findings): string {
    const number = Number.isSafeInteger(index) ? (index as number) : -1;
    if (number < 0 || number >= CANDIDATES_MAX) {
      found.malformed('unexpected_shape');
      return '';
    }
    const bit = 1 << number;
    if ((this.#finished & bit) !== 0) found.malformed('event_after_end');
    this.#begun |= bit;
    if (typeof finishReason === 'string') {
      this.#finished |= bit;
      if (number === 0) found.finishReason = finishReason;
    }
    found.isOver = this.#begun === this.#finished;
    return isObject(content) ? partsText(content.parts, found) : '';
  }
}

function partsText(parts: unknown, found: Findings): string {
  let said = '';
  for (const part of objectsIn(parts, found)) {
    said += textIn(part.text, found);
    const args = isObject(part.functionCall) ? part.functionCall.args : undefined;
    if (isObject(args)) said += jsonOf(args, found);
  }
  return said;
}
