/** What one acceptor is to hear of the steps that have begun: gathered step by step, handed out as flat arrays that are cheap to send. */
import type { BegunSteps } from './serving.js';

export class StepOutbox {
  #endsUs: number[] = [];
  #counts: number[] = [];
  #ids: number[] = [];
  #lastStep: unknown;

  get isEmpty(): boolean {
    return this.#ids.length === 0;
  }

  /** The step serves the id. Ids of one step come one after another. */
  add(step: { readonly endUs: number }, id: number): void {
    if (step !== this.#lastStep) {
      this.#lastStep = step;
      this.#endsUs.push(step.endUs);
      this.#counts.push(0);
    }
    this.#counts[this.#counts.length - 1]++;
    this.#ids.push(id);
  }

  /** Everything since the last call. */
  take(): BegunSteps {
    const steps = {
      endsUs: Float64Array.from(this.#endsUs),
      counts: Uint32Array.from(this.#counts),
      ids: Float64Array.from(this.#ids),
    };
    this.#endsUs = [];
    this.#counts = [];
    this.#ids = [];
    this.#lastStep = undefined;
    return steps;
  }
}
