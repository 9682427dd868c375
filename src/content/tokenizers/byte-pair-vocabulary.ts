/**
 * The tokens of a byte-pair encoding, looked up by the text or the bytes they stand for. A token's rank is its index in the
 * published list and also the priority of the merge that makes it: lower ranks merge first.
 *
 *   slots    hash of a token's bytes ─▶ its rank, by open addressing
 *   starts   rank ─▶ where its bytes begin          bytes   … h e l l o w o r l d …
 *
 * It lies in three rows of numbers, in shared memory: the threads of a process need one between them, and what lies there is nothing that a
 * garbage collector ever visits. Nobody writes to it once it is laid out.
 */

/** Tokens in the order of their ranks: as text, or as bytes where a token is not whole UTF-8 characters. */
export type RankedTokens = readonly (string | readonly number[])[];

/** A vocabulary laid out; may be sent to other threads. */
export interface VocabularyMemory {
  /** The tokens' UTF-8 bytes, one token's behind the other's. */
  readonly bytes: Uint8Array;
  /** By rank, where its bytes begin; one more for the end. */
  readonly starts: Uint32Array;
  /** A rank plus one; 0 is free. As many as a power of two. */
  readonly slots: Uint32Array;
}

/** Slots per token, at least: look-ups find their place with the first or the second one then. */
const SLOTS_PER_TOKEN = 2;
const ASCII_END = 0x80;
const BYTE_ORDER_MARK = '\ufeff';
const LONE_SURROGATE = /\p{Cs}/u;
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Lays a list out. Takes some 50 ms for 200,000 tokens. */
export function layOutVocabulary(tokens: RankedTokens): VocabularyMemory {
  const starts = shared(Uint32Array, tokens.length + 1);
  let bytesMax = 0;
  for (const token of tokens) bytesMax += typeof token === 'string' ? token.length * 3 : token.length;
  const laid = new Uint8Array(bytesMax);
  let end = 0;
  for (let rank = 0; rank < tokens.length; rank++) {
    end = append(laid, end, tokens[rank]);
    starts[rank + 1] = end;
  }
  const bytes = shared(Uint8Array, end);
  bytes.set(laid.subarray(0, end));
  const slots = shared(Uint32Array, 2 ** Math.ceil(Math.log2(Math.max(1, tokens.length) * SLOTS_PER_TOKEN)));
  for (let rank = 0; rank < tokens.length; rank++) {
    let slot = hashOf(bytes, starts[rank], starts[rank + 1]) & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = rank + 1;
  }
  return { bytes, starts, slots };
}

export class BytePairVocabulary {
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #slots: Uint32Array;
  /** Bytes of the longest token: a longer text is none. */
  readonly #longest: number;
  readonly #scratch: Uint8Array;

  constructor({ bytes, starts, slots }: VocabularyMemory) {
    this.#bytes = bytes;
    this.#starts = starts;
    this.#slots = slots;
    let longest = 0;
    for (let rank = 0; rank + 1 < starts.length; rank++) longest = Math.max(longest, starts[rank + 1] - starts[rank]);
    this.#longest = longest;
    this.#scratch = new Uint8Array(3 * longest);
  }

  get size(): number {
    return this.#starts.length - 1;
  }

  /** A token by its rank: its text, or its bytes if it is not whole characters; undefined for what is no rank. */
  tokenOf(rank: number): string | readonly number[] | undefined {
    if (!Number.isInteger(rank) || rank < 0 || rank >= this.size) return undefined;
    // A copy, because text is not decoded from shared memory.
    const bytes = this.#bytes.slice(this.#starts[rank], this.#starts[rank + 1]);
    try {
      return decoder.decode(bytes);
    } catch {
      return [...bytes];
    }
  }

  /** The rank of a token that is whole characters. */
  rankOfText(text: string): number | undefined {
    if (text.length > this.#longest) return undefined;
    let hash = FNV_OFFSET;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= ASCII_END) return this.#rankOfForeign(text);
      hash = Math.imul(hash ^ code, FNV_PRIME);
    }
    return this.#find(hash, text);
  }

  /** The rank of a token that begins or ends inside a character, its bytes given as the code units of a string. */
  rankOfFragment(byteString: string): number | undefined {
    let hash = FNV_OFFSET;
    for (let index = 0; index < byteString.length; index++) {
      hash = Math.imul(hash ^ byteString.charCodeAt(index), FNV_PRIME);
    }
    return this.#find(hash, byteString);
  }

  /**
   * The encoder would make U+FFFD of a lone surrogate, which is another text. The lists give tokens that begin with a byte order mark in bytes:
   * they are found as parts of texts no more than those that are no characters.
   */
  #rankOfForeign(text: string): number | undefined {
    if (LONE_SURROGATE.test(text) || text.startsWith(BYTE_ORDER_MARK)) return undefined;
    const scratch = this.#scratch;
    const { written } = encoder.encodeInto(text, scratch);
    let slot = hashOf(scratch, 0, written) & (this.#slots.length - 1);
    for (let entry = this.#slots[slot]; entry !== 0; entry = this.#slots[slot]) {
      if (this.#isToken(entry - 1, scratch, written)) return entry - 1;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return undefined;
  }

  /** @param units a byte each */
  #find(hash: number, units: string): number | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let entry = slots[slot]; entry !== 0; entry = slots[slot]) {
      if (this.#isSpelt(entry - 1, units)) return entry - 1;
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  #isSpelt(rank: number, units: string): boolean {
    const start = this.#starts[rank];
    if (this.#starts[rank + 1] - start !== units.length) return false;
    const bytes = this.#bytes;
    for (let index = 0; index < units.length; index++) {
      if (bytes[start + index] !== units.charCodeAt(index)) return false;
    }
    return true;
  }

  #isToken(rank: number, bytes: Uint8Array, length: number): boolean {
    const start = this.#starts[rank];
    if (this.#starts[rank + 1] - start !== length) return false;
    for (let index = 0; index < length; index++) if (this.#bytes[start + index] !== bytes[index]) return false;
    return true;
  }
}

function append(target: Uint8Array, at: number, token: string | readonly number[]): number {
  if (typeof token === 'string') return at + encoder.encodeInto(token, target.subarray(at)).written;
  target.set(token, at);
  return at + token.length;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], FNV_PRIME);
  return hash ^ (hash >>> 15);
}

function shared<Row>(
  Rows: { new (memory: SharedArrayBuffer): Row; readonly BYTES_PER_ELEMENT: number },
  length: number,
): Row {
  return new Rows(new SharedArrayBuffer(length * Rows.BYTES_PER_ELEMENT));
}
