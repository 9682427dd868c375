/**
 * What scenarios multiply an acceptor's rate limits by. Limits are decided outside of the workers, so the steering's text is read here once more
 * each time it changes. Where no active scenario is about limits, a request costs one comparison.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { CompiledSteering } from '../../scenarios/compiled-steering.js';
import type { SteeredRequest } from '../../scenarios/contract.js';
import { parseSteering } from '../../scenarios/steering-text.js';
import type { Reconfigured } from '../generations/reconfigured.js';

export class LimitSteering implements Reconfigured {
  readonly #nodeTimeOffsetUs: number;
  #snapshot: ConfigurationSnapshot;
  #text: string | undefined;
  /** Undefined where nothing multiplies limits. */
  #compiled: CompiledSteering | undefined;

  /** @param nodeTimeOffsetUs from the acceptor's clock to µs since the node's start */
  constructor(snapshot: ConfigurationSnapshot, nodeTimeOffsetUs: number) {
    this.#snapshot = snapshot;
    this.#nodeTimeOffsetUs = nodeTimeOffsetUs;
  }

  /** From now on the text holds; undefined for nothing changed. */
  steer(text: string | undefined): void {
    this.#text = text;
    this.#compile();
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.#snapshot = snapshot;
    this.#compile();
  }

  /** @param arrivedUs on the acceptor's clock */
  factorOf({ arrivedUs, ...request }: Omit<SteeredRequest, 'atUs'> & { readonly arrivedUs: number }): number {
    return this.#compiled?.limitsFactorAt({ ...request, atUs: arrivedUs + this.#nodeTimeOffsetUs }) ?? 1;
  }

  #compile(): void {
    this.#compiled = undefined;
    if (this.#text === undefined) return;
    const compiled = new CompiledSteering(parseSteering(this.#text), this.#snapshot.configuration.scenarios);
    const isAboutLimits = compiled.scenarios.some(({ timeline }) =>
      timeline.steps.some(({ limitsFactor }) => limitsFactor !== undefined),
    );
    if (isAboutLimits) this.#compiled = compiled;
  }
}
