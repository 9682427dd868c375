/**
 * What operators changed at run time, as the request at hand finds it. A steering text is read and compiled once and kept while the text
 * stays the same, since every request carries it.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { CompiledSteering, type SteeredLatency } from '../scenarios/compiled-steering.js';
import type { Definitions, SteeredRequest } from '../scenarios/contract.js';
import { parseSteering } from '../scenarios/steering-text.js';
import { SteeredFaults } from './steered-faults.js';

export class RequestSteering {
  readonly #definitions: Definitions;
  readonly #seed: number;
  #text: string | undefined;
  #compiled: CompiledSteering | undefined;
  #faults: SteeredFaults | undefined;

  constructor({ configuration, seed }: ConfigurationSnapshot) {
    this.#definitions = configuration.scenarios;
    this.#seed = seed;
  }

  /** The text that the next request carries; undefined for nothing changed. */
  take(text: string | undefined): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#compiled = undefined;
    this.#faults = undefined;
    if (text === undefined) return;
    const steering = parseSteering(text);
    this.#compiled = new CompiledSteering(steering, this.#definitions);
    const faults = new SteeredFaults(steering.faults, this.#compiled.scenarios, this.#seed);
    if (!faults.isNone) this.#faults = faults;
  }

  /** Undefined where no fault is asked for. */
  get faults(): SteeredFaults | undefined {
    return this.#faults;
  }

  /** Undefined where nothing is changed. */
  latencyOf(request: SteeredRequest): SteeredLatency | undefined {
    return this.#compiled?.latencyAt(request);
  }
}
