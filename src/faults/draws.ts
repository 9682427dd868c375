/**
 * The chances of one rule: numbers from 0 to 1 that are a pure function of (seed, the rule's name, what they are drawn for). Rules have
 * nothing in common with each other, so adding, removing or reordering some changes nothing for the rest.
 */
import { avalanche, Murmur3Words } from '../kernel/murmur3.js';

const TWO_POW_26 = 2 ** 26;
const TWO_POW_32 = 2 ** 32;
const TWO_POW_MINUS_53 = 2 ** -53;

/** Which of several sequences of steps: two words. */
export interface SequenceKey {
  readonly high: number;
  readonly low: number;
}

export class RuleDraws {
  readonly #high: number;
  readonly #low: number;

  /** @param seed integer in [0, 2^53) */
  constructor(seed: number, name: string) {
    mixer.reset(0);
    mixer.add(seed);
    mixer.add(seed / TWO_POW_32);
    mixer.addString(name);
    mixer.finish(mixed);
    this.#high = mixed[0] | 0;
    this.#low = mixed[1] | 0;
  }

  /** The chance of a request, in [0, 1). @param identity the words that tell which request it is */
  ofRequest(identity: Uint32Array): number {
    mixer.reset(this.#high);
    mixer.add(this.#low);
    mixer.addAll(identity);
    mixer.finish(mixed);
    return unit(mixed[0], mixed[1]);
  }

  /**
   * The chance of a step of a sequence, in [0, 1), for sequences that are looked at step after step: some ten nanoseconds each.
   * @param step a safe integer, which may be negative
   */
  ofStep({ high, low }: SequenceKey, step: number): number {
    const stepLow = step | 0;
    const stepHigh = Math.floor(step / TWO_POW_32) | 0;
    const [one, other] = [this.#high ^ high, this.#low ^ low];
    return unit(
      avalanche((avalanche(stepLow ^ one) + stepHigh + other) | 0),
      avalanche((avalanche(stepLow ^ other) + stepHigh + one) | 0),
    );
  }
}

/** 27 bits of one word above 26 of another. */
function unit(high: number, low: number): number {
  return ((high >>> 5) * TWO_POW_26 + (low >>> 6)) * TWO_POW_MINUS_53;
}

const mixer = new Murmur3Words();
const mixed = new Uint32Array(4);
