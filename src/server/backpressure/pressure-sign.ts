/**
 * What an acceptor says of pressure at this very moment: its own places tell at once, those of the node's other processes by the verdict,
 * which comes once a second. Asked with every answer, so that nothing but a comparison is left while there is no pressure.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import { NO_PRESSURE, type Pressure, pressureLimitsOf } from './pressure.js';

/** How many requests the acceptor has, those that wait included: nobody waits while there is a place. */
interface Taken {
  readonly inUse: number;
}

export class PressureSign implements Reconfigured {
  readonly #taken: Taken;
  readonly #placesMax: number;
  #share: number;
  /** From so many requests on there is pressure; 0 while the node says that there is. */
  #from = 0;
  #node = NO_PRESSURE;

  /** @param placesMax of this acceptor */
  constructor(taken: Taken, placesMax: number, snapshot: ConfigurationSnapshot) {
    this.#taken = taken;
    this.#placesMax = placesMax;
    this.#share = pressureLimitsOf(snapshot).share;
    this.#update();
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.#share = pressureLimitsOf(snapshot).share;
    this.#update();
  }

  /** What the node says of all its processes. */
  takeNode(pressure: Pressure): void {
    this.#node = pressure;
    this.#update();
  }

  get now(): boolean {
    return this.#taken.inUse >= this.#from;
  }

  /** Share of the places that are taken, the node's or, where it is larger, the acceptor's own: 0 … 1. */
  get occupancy(): number {
    return Math.max(this.#node.occupancy, Math.min(1, this.#taken.inUse / this.#placesMax));
  }

  #update(): void {
    this.#from = this.#node.now ? 0 : this.#share * this.#placesMax;
  }
}
