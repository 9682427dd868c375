/**
 * A text's meaning as a vector, as far as its words tell: texts that share words, word stems or character sequences have a high cosine,
 * texts that do not have one near COMMON_ENERGY, as unrelated texts have with real models. Nothing is learned.
 *
 * Method: signed feature hashing (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009), which is a very
 * sparse random projection (Li, Hastie and Church, KDD 2006): each feature adds its weight with a random sign to a fixed number of
 * dimensions, so inner products of feature bags are kept up to noise of about 1 / sqrt(dimensions). The dimensions are cut into blocks
 *
 *   0 … 63 │ 64 … 127 │ 128 … 255 │ 256 … 511 │ …        each feature touches TOUCHES dimensions in each
 *
 * that hold equal energy, so that the first dimensions alone, renormalised, are a good embedding too; real models that can be shortened
 * are trained to that end (Kusupati et al., "Matryoshka Representation Learning", NeurIPS 2022). To what the features give come a part
 * that all texts of a model have in common and one of the text's own that fills the dimensions which no feature touched.
 *
 * Invariants: a vector depends on text, seed, model and dimensions alone and has unit length; a text of n characters takes
 * O(n + features × touches) time.
 */
import { avalanche, Murmur3Words } from '../kernel/murmur3.js';
import type { FeatureBag } from './feature-bag.js';
import { featuresOf } from './text-features.js';

/** A model's vectors: those of two models, or of two seeds, have nothing to do with each other. */
export interface EmbeddingSpace {
  /** The simulation's seed: an integer in [0, 2^53). */
  readonly seed: number;
  readonly model: string;
  /** The model's own number of dimensions (>= 1). */
  readonly dimensions: number;
}

const FIRST_BLOCK = 64;
const TOUCHES = 4;

/** Shares of a vector's squared length: of what all texts have in common, of what one text has for itself; the rest is features. */
const COMMON_ENERGY = 0.1;
const OWN_ENERGY = 0.04;
const FEATURE_ENERGY = 1 - COMMON_ENERGY - OWN_ENERGY;

/** Keep what is hashed for different purposes apart. */
const SEED_OF_SPACE = 1;
const SEED_OF_TEXT = 2;

/** Steps of this size visit all 2^32 words, neighbours far apart. */
const GOLDEN = 0x9e3779b9 | 0;
const TWO_POW_MINUS_31 = 2 ** -31;
const TWO_POW_MINUS_32 = 2 ** -32;

/**
 * The text's vector of unit length.
 * @param dimensions 1 to the space's: the first ones of the whole vector, renormalised
 */
export function embed(text: string, dimensions: number, space: EmbeddingSpace): Float32Array {
  const ends = blockEnds(space.dimensions);
  const spaceKey = hashOf(SEED_OF_SPACE, space.model, space.seed, Math.floor(space.seed * TWO_POW_MINUS_32));
  const textKey = hashOf(SEED_OF_TEXT, text, spaceKey[0], spaceKey[1]);
  const sums = new Float64Array(dimensions);
  addFeatures(sums, ends, featuresOf(text), spaceKey);
  addDense(sums, ends, spaceKey, COMMON_ENERGY);
  addDense(sums, ends, textKey, OWN_ENERGY);
  return unitVector(sums);
}

/** Where each block ends: at the powers of two from FIRST_BLOCK, the last one at the number of dimensions. */
function blockEnds(dimensions: number): number[] {
  const ends: number[] = [];
  for (let end = FIRST_BLOCK; end < dimensions; end *= 2) ends.push(end);
  return [...ends, dimensions];
}

/** Adds the features, scaled so that their squares sum to FEATURE_ENERGY over the whole vector as far as they do not collide. */
function addFeatures(sums: Float64Array, ends: readonly number[], features: FeatureBag, spaceKey: Uint32Array): void {
  let energy = 0;
  for (let i = 0; i < features.size; i++) energy += features.energyAt(i);
  const scale = Math.sqrt(FEATURE_ENERGY / (energy * TOUCHES * ends.length));
  for (let i = 0; i < features.size; i++) {
    addFeature(sums, ends, features.keyAt(i), spaceKey, scale * Math.sqrt(features.energyAt(i)));
  }
}

function addFeature(
  sums: Float64Array,
  ends: readonly number[],
  feature: number,
  spaceKey: Uint32Array,
  value: number,
): void {
  const key = avalanche(feature ^ spaceKey[2]);
  let counter = avalanche(feature ^ spaceKey[3]);
  let start = 0;
  for (let block = 0; block < ends.length && start < sums.length; block++) {
    const end = ends[block];
    const size = (end - start) * TWO_POW_MINUS_31;
    for (let touch = 0; touch < TOUCHES; touch++) {
      counter = (counter + GOLDEN) | 0;
      const drawn = avalanche(counter) ^ key;
      const at = (start + (drawn >>> 1) * size) | 0;
      if (at < sums.length) sums[at] += (drawn & 1) === 0 ? value : -value;
    }
    start = end;
  }
}

/** Adds to every dimension a number that is uniform around zero, each block holding an equal part of the energy. */
function addDense(sums: Float64Array, ends: readonly number[], key: Uint32Array, energy: number): void {
  const mask = key[1] | 0;
  let counter = key[0] | 0;
  let start = 0;
  for (const end of ends) {
    // A number uniform in (-1, 1) has the mean square 1/3; avalanche gives it as an integer in [-2^31, 2^31).
    const scale = Math.sqrt((3 * energy) / (ends.length * (end - start))) * TWO_POW_MINUS_31;
    const stop = Math.min(end, sums.length);
    for (let at = start; at < stop; at++) {
      counter = (counter + GOLDEN) | 0;
      sums[at] += (avalanche(counter) ^ mask) * scale;
    }
    start = end;
  }
}

function unitVector(sums: Float64Array): Float32Array {
  let squares = 0;
  for (let at = 0; at < sums.length; at++) squares += sums[at] * sums[at];
  const scale = 1 / Math.sqrt(squares);
  const vector = new Float32Array(sums.length);
  for (let at = 0; at < sums.length; at++) vector[at] = sums[at] * scale;
  return vector;
}

const hasher = new Murmur3Words();

function hashOf(seed: number, text: string, first: number, second: number): Uint32Array {
  const hash = new Uint32Array(4);
  hasher.reset(seed);
  hasher.add(first);
  hasher.add(second);
  hasher.addString(text);
  hasher.finish(hash);
  return hash;
}
