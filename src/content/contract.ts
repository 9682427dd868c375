/**
 * What generated content is made of: a tokenizer counts and splits text as the provider's own would, a text source produces
 * language token by token from a random source, and a generator is a plug-in that decides what a reply says.
 */
import type { RandomSource } from '../kernel/random-source.js';

export interface Tokenizer {
  /** The encoding's public name: "o200k_base", "cl100k_base". */
  readonly name: string;
  /** How many tokens the text has. Special-token strings in it count as ordinary text. */
  count(text: string): number;
  /** The same count piece by piece: the pieces are the text in order, cut where its tokens never reach across, each with its tokens. */
  countPieces(text: string, each: (piece: string, tokens: number) => void): void;
  /** The text cut at token boundaries; concatenated it is the text again. Tokens that cut a character are joined to whole ones. */
  split(text: string): string[];
  /** How many ids there are, special tokens left out: ids are the integers from 0 to one less. */
  readonly idCount: number;
  /**
   * The text that tokens of these ids make, bytes that are no UTF-8 as U+FFFD.
   * @throws RangeError for what is no id
   */
  decode(ids: readonly number[]): string;
}

export interface GeneratedText {
  /** In order; their concatenation is the text, and tokenizer.split(text) gives them again. */
  readonly tokens: string[];
  /** False when the source stopped because maxTokens was reached rather than at the end of a sentence. */
  readonly complete: boolean;
}
export interface TextSource {
  /** Text that aims at targetTokens (ends at the next end of a sentence) and never exceeds maxTokens (>= 1). */
  generate(random: RandomSource, tokenizer: Tokenizer, targetTokens: number, maxTokens: number): GeneratedText;
}

/** What a reply may depend on besides chance. */
export interface RequestFacts {
  /** The name of the model that answers. */
  readonly model: string;
  /** The endpoint's name: "openai.chat.completions". */
  readonly endpoint: string;
  /** The text of the last turn that a user wrote; empty when there is none. */
  readonly lastMessage: string;
  readonly promptTokens: number;
  /** A request header by its lower-case name. */
  header(name: string): string | undefined;
}

/** What one reply has to be like. */
export interface TextDemand {
  readonly random: RandomSource;
  readonly tokenizer: Tokenizer;
  /** How long the model would like it to be (>= 1); a text that is given has its own length. */
  readonly targetTokens: number;
  /** How long it may be (>= 1). */
  readonly maxTokens: number;
  readonly facts: RequestFacts;
}

/** Pure: equal demands give equal texts. */
export interface ReplyGenerator {
  generate(demand: TextDemand): GeneratedText;
}

export interface GeneratorPlugin {
  /** The value of `replies.generator` that selects it. */
  readonly name: string;
  /** What a reply says, in one sentence; it becomes the reference page's text. */
  readonly description: string;
  /** Whether it needs `replies.text`. */
  readonly takesText: boolean;
  /** The variables of the request that its text names. Throws TemplateError for a text that is no template. Absent: none. */
  variables?(text: string): readonly string[];
  /** Expects a text whose variables are known; it is empty for a generator that takes none. */
  create(text: string): ReplyGenerator;
}
