/**
 * When bytes were there. One read of a socket may hold many chunks of one answer: all of them have the time of the read, so that what
 * came together has gaps of 0, and work on the first is not counted as delay of the others.
 *
 * Chunks of one read are views of one buffer, and a read is worked off before the next begins; so one memory for all connections does.
 */
import type { Clock } from '../../kernel/clock.js';

export class ReadClock {
  readonly #clock: Clock;
  #reader: object | undefined;
  #buffer: ArrayBufferLike | undefined;
  #atUs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param reader whose bytes they are: unrelated reads may share a buffer of Node's pool */
  timeOf(reader: object, chunk: Uint8Array): number {
    if (chunk.buffer !== this.#buffer || reader !== this.#reader) {
      this.#atUs = this.#clock.nowUs();
      this.#buffer = chunk.buffer;
      this.#reader = reader;
    }
    return this.#atUs;
  }

  /** What comes next is a read of its own, though it may lie in the same buffer: reading was paused in its middle. */
  forget(): void {
    this.#buffer = undefined;
    this.#reader = undefined;
  }
}
