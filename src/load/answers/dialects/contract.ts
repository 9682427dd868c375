/** How a dialect reads what it is answered. One reader per answer, as some of them count over events. */
import type { JsonObject } from '../../../kernel/json-object.js';
import type { NumberedRequest } from '../../contract.js';
import type { Findings } from '../findings.js';

export interface DialectReader {
  /** The data of the event that ends a stream, where that is no JSON. */
  readonly endMark?: string;
  /** Whether there may be usage, or more of another candidate, behind the event that seems to be the last. */
  readonly mayGoOn?: boolean;
  /**
   * Reads an event of a stream.
   * @returns the content that it shows: text, shown reasoning and arguments of calls; '' for none
   */
  event(document: JsonObject, found: Findings): string;
  /** Reads a whole answer of status 2xx. @returns its content */
  whole(document: JsonObject, found: Findings): string;
  /** Whether a complete answer to the request has to count its tokens. */
  owesUsage(request: NumberedRequest): boolean;
}
