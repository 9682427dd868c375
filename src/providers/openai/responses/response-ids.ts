/**
 * Identifiers of one response and its items: `resp_sim` and sixteen characters that all of them share, so that whoever has an item's
 * identifier knows which response keeps it, then what tells them apart. They are as long as the real API's.
 */
import type { Simulation } from '../../contract.js';
import { HEXADECIMAL, toolCallId } from '../identity.js';

const FAMILY_CHARACTERS = 16;
const TAIL_CHARACTERS = 21;
const COUNTER_CHARACTERS = 8;

/** Any identifier that this module gave out. */
const SIMULATED = /^[a-z]+_sim([0-9a-f]{16})[0-9a-f]{29}$/;

export class ResponseIds {
  readonly #simulation: Simulation;
  readonly #family: string;
  readonly #tail: string;
  #count = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#family = simulation.identifier(FAMILY_CHARACTERS, HEXADECIMAL);
    this.#tail = simulation.identifier(TAIL_CHARACTERS, HEXADECIMAL);
  }

  /** "msg_sim…" for the prefix "msg": another one with every call. */
  next(prefix: string): string {
    const count = (this.#count++).toString(16).padStart(COUNTER_CHARACTERS, '0');
    return `${prefix}_sim${this.#family}${this.#tail}${count}`;
  }

  /** The identifier by which a tool's result refers to the call. */
  nextCall(): string {
    return toolCallId(this.#simulation);
  }
}

/** What the identifiers of a response and its items have in common; undefined for an identifier that was never given out. */
export function familyOf(id: string): string | undefined {
  return SIMULATED.exec(id)?.[1];
}
