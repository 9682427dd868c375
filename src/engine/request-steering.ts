/**
 * What operators changed at run time, as the request at hand finds it. A steering text is read and compiled once and kept while the text
 * stays the same, since every request carries it.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { CompiledSteering, type SteeredLatency } from '../scenarios/compiled-steering.js';
import type { Definitions, SteeredRequest } from '../scenarios/contract.js';
import { parseSteering } from '../scenarios/steering-text.js';

export class RequestSteering {
  readonly #definitions: Definitions;
  #text: string | undefined;
  #compiled: CompiledSteering | undefined;

  constructor({ configuration }: ConfigurationSnapshot) {
    this.#definitions = configuration.scenarios;
  }

  /** The text that the next request carries; undefined for nothing changed. */
  take(text: string | undefined): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#compiled = text === undefined ? undefined : new CompiledSteering(parseSteering(text), this.#definitions);
  }

  /** Undefined where nothing is changed. */
  latencyOf(request: SteeredRequest): SteeredLatency | undefined {
    return this.#compiled?.latencyAt(request);
  }
}
