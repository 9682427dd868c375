/**
 * How a prompt is measured: whoever counts it says in the model's order what it is made of, text by text. For a model with a prefix cache
 * the same pass also lays the prompt out in blocks, each known by a number that stands for everything up to its end:
 *
 *   tools │ system │ user …            tokens      0 ……… 128 ……… 256 ……… 300
 *                                      blocks            #1        #2        (the rest is no whole block)
 *
 * Invariant: two prompts of one scope share a block's number exactly if they are the same up to the block's end (but for collisions of 53 bits).
 * A block ends with the first word that reaches its last token.
 */
import type { Tokenizer } from '../content/contract.js';
import { avalanche } from '../kernel/murmur3.js';

export interface PromptMeter {
  /** Of the tokenizer that counts: see Tokenizer.name. */
  readonly encoding: string;
  /** The text's tokens. */
  text(text: string): number;
  /** Something whose tokens are known, such as an image. @param content what it is, whole */
  other(content: string, tokens: number): number;
  /** A part that has tokens beside its texts, such as the frame of a message. @param measure says its texts, returns all of its tokens */
  part(measure: () => number): number;
  /** What is laid out so far; undefined where nothing is. */
  layout(): PromptLayout | undefined;
  /** Goes on where the layout stands, in place of what was laid out here. */
  resume(layout: PromptLayout): void;
}

/** What a model's prefix cache has to know of a prompt besides the prompt. */
export interface PromptScope {
  /** Whether the request lets the cache have it. */
  readonly cacheable: boolean;
  /** Prompts of different partitions of one API key share nothing. */
  readonly partition: string;
  /** The shortest prefix that is cached, unless the configuration says otherwise. */
  readonly minTokens: number;
  /** How long the request wants it kept, where that is longer than the configuration's time. */
  readonly ttlSecs?: number;
}

export interface MeasuredPrompt<Measured> {
  readonly measured: Measured;
  /** The tokens of the prompt that the model's prefix cache had; none for a model without one. */
  readonly cachedTokens: number;
}

/** Where a layout stands: enough to go on with it later. */
export interface PromptLayout {
  /** The numbers of the blocks that are complete. */
  readonly blocks: readonly number[];
  /** The running hash, two words. */
  readonly hash: readonly [number, number];
  /** Tokens so far. */
  readonly tokens: number;
}

/** Counts and does nothing else. */
export class TokenMeter implements PromptMeter {
  readonly #tokenizer: Tokenizer;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  get encoding(): string {
    return this.#tokenizer.name;
  }

  text(text: string): number {
    return this.#tokenizer.count(text);
  }

  other(_content: string, tokens: number): number {
    return tokens;
  }

  part(measure: () => number): number {
    return measure();
  }

  layout(): undefined {
    return undefined;
  }

  resume(_layout: PromptLayout): void {}
}

export interface BlockSize {
  readonly blockTokens: number;
  /** A longer prompt is laid out up to here. */
  readonly blocksMax: number;
}

const SEED: readonly [number, number] = [0x811c9dc5 | 0, 0x2545f491];
/** The layout of a prompt that has nothing for the cache. */
export const NOTHING_LAID_OUT: PromptLayout = { blocks: [], hash: SEED, tokens: 0 };

/** Odd multipliers of two unrelated hashes of the FNV kind; their avalanched words together make a block's number. */
const PRIME_1 = 0x01000193;
const PRIME_2 = 0x5bd1e995;
/** Ends each part, so that the same letters cut otherwise are another prompt. No code unit has this value. */
const END_OF_PART = 0x10000;
/** A number of 53 bits: 32 of the first word, 21 of the second. */
const SECOND_WORD_SPAN = 2 ** 21;

export class BlockMeter implements PromptMeter {
  readonly #tokenizer: Tokenizer;
  readonly #size: BlockSize;
  #blocks: number[] = [];
  #hash1 = SEED[0];
  #hash2 = SEED[1];
  #tokens = 0;

  /** @param scope prompts of different scopes share nothing */
  constructor(tokenizer: Tokenizer, size: BlockSize, scope = '') {
    this.#tokenizer = tokenizer;
    this.#size = size;
    this.#mix(scope);
    this.#mixUnit(END_OF_PART);
  }

  get encoding(): string {
    return this.#tokenizer.name;
  }

  text(text: string): number {
    const before = this.#tokens;
    this.#tokenizer.countPieces(text, (piece, tokens) => this.#append(piece, tokens));
    this.#mixUnit(END_OF_PART);
    return this.#tokens - before;
  }

  other(content: string, tokens: number): number {
    this.#append(content, tokens);
    this.#mixUnit(END_OF_PART);
    return tokens;
  }

  part(measure: () => number): number {
    const before = this.#tokens;
    const tokens = measure();
    this.other('', Math.max(0, before + tokens - this.#tokens));
    return tokens;
  }

  layout(): PromptLayout {
    return { blocks: [...this.#blocks], hash: [this.#hash1, this.#hash2], tokens: this.#tokens };
  }

  resume({ blocks, hash, tokens }: PromptLayout): void {
    this.#blocks = [...blocks];
    [this.#hash1, this.#hash2] = hash;
    this.#tokens = tokens;
  }

  #append(content: string, tokens: number): void {
    this.#mix(content);
    this.#tokens += tokens;
    const { blockTokens, blocksMax } = this.#size;
    // Content of many tokens may complete several blocks at once: each gets a number of its own.
    while (this.#blocks.length < blocksMax && (this.#blocks.length + 1) * blockTokens <= this.#tokens) {
      this.#mixUnit(END_OF_PART + 1 + this.#blocks.length);
      this.#blocks.push((avalanche(this.#hash1) >>> 0) * SECOND_WORD_SPAN + (avalanche(this.#hash2) >>> 11));
    }
  }

  #mix(text: string): void {
    for (let index = 0; index < text.length; index++) this.#mixUnit(text.charCodeAt(index));
  }

  #mixUnit(unit: number): void {
    this.#hash1 = Math.imul(this.#hash1 ^ unit, PRIME_1);
    const word = Math.imul(this.#hash2 ^ unit, PRIME_2);
    this.#hash2 = word ^ (word >>> 15);
  }
}
