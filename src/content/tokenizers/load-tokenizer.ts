/**
 * The public encodings by name. The vocabularies and split expressions are gpt-tokenizer's, imported file by file so that
 * only the encoding in use is loaded; its encoder is not used, because its merge loop is quadratic in the length of a piece
 * (20,000 letters without a space take a quarter of a second) and its cache keeps whole request bodies alive.
 *
 * What a thread has loaded another can use: an Encoding is sent as it is, and its vocabulary is not copied.
 */
import type { Tokenizer } from '../contract.js';
import { BytePairTokenizer } from './byte-pair-tokenizer.js';
import { layOutVocabulary, type VocabularyMemory } from './byte-pair-vocabulary.js';

export type EncodingName = 'o200k_base' | 'cl100k_base';

/** All that a tokenizer is made of; plain data in shared memory. */
export interface Encoding {
  readonly name: EncodingName;
  readonly vocabulary: VocabularyMemory;
  /** Global expression whose matches, in order, are the whole text. */
  readonly pieces: RegExp;
}

const encodings: Partial<Record<EncodingName, Promise<Encoding>>> = {};
const tokenizers: Partial<Record<EncodingName, Promise<Tokenizer>>> = {};

/**
 * The tokenizer of an encoding. Loading takes in the order of 0.1 s and some 20-30 MB, once per thread.
 * @param betweenWindows see BytePairTokenizer; that of the thread's first call counts
 */
export function loadTokenizer(encoding: EncodingName, betweenWindows?: () => void): Promise<Tokenizer> {
  tokenizers[encoding] ??= loadEncoding(encoding).then((loaded) => tokenizerOf(loaded, betweenWindows));
  return tokenizers[encoding];
}

/** The encoding itself, for other threads; loaded once per thread. */
export function loadEncoding(name: EncodingName): Promise<Encoding> {
  encodings[name] ??= name === 'o200k_base' ? loadO200kBase() : loadCl100kBase();
  return encodings[name];
}

/** The tokenizer of an encoding that is loaded, be it by another thread. Takes a millisecond and 2 MB. */
export function tokenizerOf({ name, vocabulary, pieces }: Encoding, betweenWindows?: () => void): Tokenizer {
  return new BytePairTokenizer(name, vocabulary, pieces, betweenWindows);
}

async function loadO200kBase(): Promise<Encoding> {
  const [tokens, patterns] = await Promise.all([
    import('gpt-tokenizer/bpeRanks/o200k_base'),
    import('gpt-tokenizer/encodingParams/constants'),
  ]);
  const vocabulary = layOutVocabulary(tokens.default);
  return { name: 'o200k_base', vocabulary, pieces: patterns.O200K_TOKEN_SPLIT_REGEX };
}

async function loadCl100kBase(): Promise<Encoding> {
  const [tokens, patterns] = await Promise.all([
    import('gpt-tokenizer/bpeRanks/cl100k_base'),
    import('gpt-tokenizer/encodingParams/constants'),
  ]);
  const vocabulary = layOutVocabulary(tokens.default);
  return { name: 'cl100k_base', vocabulary, pieces: patterns.CL100K_TOKEN_SPLIT_REGEX };
}
