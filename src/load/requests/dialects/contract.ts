/**
 * What a dialect says of a request: where it goes, which headers it has, what its body is, and how many tokens frame what is said. Texts are
 * made by others: every dialect says the same texts, so that a prompt of n tokens is one of n tokens whichever API it goes through.
 */
import type { JsonObject } from '../../../kernel/json-object.js';
import type { DialectName } from '../../contract.js';

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** What one turn says. */
export interface TurnContent {
  readonly model: string;
  readonly stream: boolean;
  /** What the system says; '' for nothing. */
  readonly prefix: string;
  /** Alternating, from a user's to a user's. */
  readonly messages: readonly Message[];
  readonly outputTokens: number | undefined;
}

/** Tokens that an API counts beside the texts: as the simulator counts them, see the dialects' own pages of documentation. */
export interface Framing {
  readonly message: number;
  /** Around the shared prefix. */
  readonly prefix: number;
  /** Once per request. */
  readonly priming: number;
}

export interface RequestDialect {
  readonly name: DialectName;
  /** Whether its answers can be streams. */
  readonly streams: boolean;
  readonly framing: Framing;
  path(model: string, stream: boolean): string;
  /** The header that carries the key, in lower case, and its value. */
  key(apiKey: string): readonly [name: string, value: string];
  /** Besides the key's and the content type. */
  readonly headers: Readonly<Record<string, string>>;
  body(turn: TurnContent): JsonObject;
}
