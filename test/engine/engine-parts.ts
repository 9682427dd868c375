/** What the engine needs around it: a snapshot of a partial configuration and the real tokenizers. */
import { loadConfiguration } from '../../src/config/loader.js';
import { type ConfigurationSnapshot, createSnapshot } from '../../src/config/snapshot.js';
import type { Tokenizer } from '../../src/content/contract.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';

export const tokenizers: ReadonlyMap<string, Tokenizer> = new Map([
  ['o200k_base', await loadTokenizer('o200k_base')],
  ['cl100k_base', await loadTokenizer('cl100k_base')],
]);

/** The seed of every snapshot whose configuration says `seed: null`. */
export const DRAWN_SEED = 99;

export function snapshotOf(config: object = {}): ConfigurationSnapshot {
  return createSnapshot(loadConfiguration({ object: config, environment: {} }), 1, DRAWN_SEED);
}
