/**
 * The public encodings by name. The vocabularies and split expressions are gpt-tokenizer's, imported file by file so that
 * only the encoding in use is loaded; its encoder is not used, because its merge loop is quadratic in the length of a piece
 * (20,000 letters without a space take a quarter of a second) and its cache keeps whole request bodies alive.
 */
import type { Tokenizer } from '../contract.js';
import { BytePairTokenizer } from './byte-pair-tokenizer.js';

export type EncodingName = 'o200k_base' | 'cl100k_base';

const loaded: Partial<Record<EncodingName, Promise<Tokenizer>>> = {};

/**
 * The tokenizer of an encoding. Loading takes in the order of 0.1 s and some 20-30 MB, once per thread.
 * @param betweenWindows see BytePairTokenizer; that of the thread's first call counts
 */
export function loadTokenizer(encoding: EncodingName, betweenWindows?: () => void): Promise<Tokenizer> {
  loaded[encoding] ??= encoding === 'o200k_base' ? loadO200kBase(betweenWindows) : loadCl100kBase(betweenWindows);
  return loaded[encoding];
}

async function loadO200kBase(betweenWindows?: () => void): Promise<Tokenizer> {
  const [tokens, patterns] = await Promise.all([
    import('gpt-tokenizer/bpeRanks/o200k_base'),
    import('gpt-tokenizer/encodingParams/constants'),
  ]);
  return new BytePairTokenizer('o200k_base', tokens.default, patterns.O200K_TOKEN_SPLIT_REGEX, betweenWindows);
}

async function loadCl100kBase(betweenWindows?: () => void): Promise<Tokenizer> {
  const [tokens, patterns] = await Promise.all([
    import('gpt-tokenizer/bpeRanks/cl100k_base'),
    import('gpt-tokenizer/encodingParams/constants'),
  ]);
  return new BytePairTokenizer('cl100k_base', tokens.default, patterns.CL100K_TOKEN_SPLIT_REGEX, betweenWindows);
}
