/**
 * Byte-pair encoding of one piece of text: starting from single UTF-8 bytes, the neighbours whose union has the lowest rank
 * are merged (the leftmost first), until no union is a token.
 *
 * Parts form a doubly linked list over byte offsets; candidate merges wait in a binary heap ordered by (rank, offset). A
 * candidate whose part has changed since is recognised by its rank and skipped. That is O(n log n) in the bytes of the piece
 * where scanning for the lowest rank is O(n²), so that no text is expensive: a megabyte of one letter is a megabyte of prose.
 *
 *   offsets    0   1   2   3   4   5        "tokens": t o k e n s
 *   next       2   ·   5   ·   ·   6        parts "to" "ken" "s", each at the offset of its first byte
 */
import type { BytePairVocabulary } from './byte-pair-vocabulary.js';

const NO_RANK = -1;
const INSIDE_CHARACTER = -1;
/** A heap key is rank × KEY_SPAN + offset: exact in a double for every rank below 2^33. */
const KEY_SPAN = 2 ** 20;
const REPLACEMENT_CHARACTER = 0xfffd;
const LONE_SURROGATE = /\p{Cs}/gu;

export class BytePairMerger {
  readonly #vocabulary: BytePairVocabulary;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Rank of the union of the part at an offset with the part after it. */
  readonly #unionRank: Int32Array;
  /** UTF-16 index of the character that starts at a byte offset. */
  readonly #charIndex: Int32Array;
  /** Each part offers its union at most once at first, and every merge offers two more. */
  readonly #heap: Float64Array;
  #heapSize = 0;
  #text = '';
  #byteString = '';
  #isAscii = true;

  /** @param pieceCharsMax the longest piece, in UTF-16 code units, that merge() will be given; at most 2^18 */
  constructor(vocabulary: BytePairVocabulary, pieceCharsMax: number) {
    const bytesMax = 3 * pieceCharsMax;
    if (bytesMax >= KEY_SPAN) throw new RangeError(`pieces of ${pieceCharsMax} characters are too long to merge`);
    this.#vocabulary = vocabulary;
    this.#next = new Int32Array(bytesMax + 1);
    this.#previous = new Int32Array(bytesMax + 1);
    this.#unionRank = new Int32Array(bytesMax + 1);
    this.#charIndex = new Int32Array(bytesMax + 1);
    this.#heap = new Float64Array(3 * bytesMax);
  }

  /** The number of tokens in the piece. A lone surrogate counts as U+FFFD, into which UTF-8 encoders turn it. */
  count(piece: string): number {
    const bytes = this.#load(piece);
    return bytes - this.#mergeAll(bytes);
  }

  /** Appends the piece's tokens to `into`; tokens that cut a character are joined to whole ones. */
  split(piece: string, into: string[]): void {
    const bytes = this.#load(piece);
    this.#mergeAll(bytes);
    let partStart = 0;
    for (let end = this.#next[0]; ; end = this.#next[end]) {
      const charEnd = this.#isAscii ? end : this.#charIndex[end];
      if (charEnd !== INSIDE_CHARACTER) {
        into.push(piece.slice(partStart, charEnd));
        partStart = charEnd;
      }
      if (end === bytes) return;
    }
  }

  /** Lays out the piece's bytes; returns how many there are. */
  #load(piece: string): number {
    let bytes = 0;
    let chars = 0;
    let bytesText = '';
    let hasLoneSurrogate = false;
    while (chars < piece.length) {
      let code = piece.codePointAt(chars)!;
      this.#charIndex[bytes++] = chars;
      chars += code > 0xffff ? 2 : 1;
      if (code < 0x80) {
        bytesText += String.fromCharCode(code);
        continue;
      }
      if (code >= 0xd800 && code <= 0xdfff) {
        code = REPLACEMENT_CHARACTER;
        hasLoneSurrogate = true;
      }
      const encoded = utf8(code);
      for (let i = 1; i < encoded.length; i++) this.#charIndex[bytes++] = INSIDE_CHARACTER;
      bytesText += encoded;
    }
    this.#charIndex[bytes] = chars;
    this.#isAscii = bytes === chars;
    this.#text = hasLoneSurrogate ? piece.replace(LONE_SURROGATE, '\ufffd') : piece;
    this.#byteString = bytesText;
    return bytes;
  }

  /** Merges until nothing merges; returns the number of merges. */
  #mergeAll(bytes: number): number {
    this.#heapSize = 0;
    for (let offset = 0; offset < bytes; offset++) {
      this.#next[offset] = offset + 1;
      this.#previous[offset] = offset - 1;
    }
    for (let offset = 0; offset < bytes; offset++) this.#offer(offset, bytes);
    let merges = 0;
    while (this.#heapSize > 0) {
      const key = this.#pop();
      const rank = Math.floor(key / KEY_SPAN);
      const offset = key - rank * KEY_SPAN;
      if (this.#unionRank[offset] !== rank) continue;
      const absorbed = this.#next[offset];
      const after = this.#next[absorbed];
      this.#next[offset] = after;
      this.#previous[after] = offset;
      this.#unionRank[absorbed] = NO_RANK;
      merges++;
      this.#offer(offset, bytes);
      const before = this.#previous[offset];
      if (before >= 0) this.#offer(before, bytes);
    }
    return merges;
  }

  /** Looks up the union of the part at `offset` with the part after it and makes it a candidate if it is a token. */
  #offer(offset: number, bytes: number): void {
    const middle = this.#next[offset];
    const rank = middle === bytes ? undefined : this.#rankOf(offset, this.#next[middle]);
    this.#unionRank[offset] = rank ?? NO_RANK;
    if (rank !== undefined) this.#push(rank * KEY_SPAN + offset);
  }

  #rankOf(start: number, end: number): number | undefined {
    if (this.#isAscii) return this.#vocabulary.rankOfText(this.#text.slice(start, end));
    const charStart = this.#charIndex[start];
    const charEnd = this.#charIndex[end];
    return charStart === INSIDE_CHARACTER || charEnd === INSIDE_CHARACTER
      ? this.#vocabulary.rankOfFragment(this.#byteString.slice(start, end))
      : this.#vocabulary.rankOfText(this.#text.slice(charStart, charEnd));
  }

  #push(key: number): void {
    const heap = this.#heap;
    let child = this.#heapSize++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (heap[parent] <= key) break;
      heap[child] = heap[parent];
      child = parent;
    }
    heap[child] = key;
  }

  #pop(): number {
    const heap = this.#heap;
    const top = heap[0];
    const size = --this.#heapSize;
    const last = heap[size];
    let parent = 0;
    for (let child = 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= last) break;
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = last;
    return top;
  }
}

/** The UTF-8 bytes (RFC 3629) of a code point of at least U+0080, as the code units of a string. */
function utf8(code: number): string {
  const last = 0x80 | (code & 0x3f);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), last);
  const middle = 0x80 | ((code >> 6) & 0x3f);
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), middle, last);
  return String.fromCharCode(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), middle, last);
}
