/** Thrown in place of an answer: the connection ends without a word. Not an error of anybody's. */
import type { ReplyEnding } from '../runtime/finished-reply.js';

type BrokenEnding = Exclude<ReplyEnding, 'complete'>;

export class Unanswered {
  /** How long after the request's arrival. */
  readonly delayUs: number;
  readonly ending: BrokenEnding;

  constructor(delayUs: number, ending: BrokenEnding) {
    this.delayUs = delayUs;
    this.ending = ending;
  }
}
