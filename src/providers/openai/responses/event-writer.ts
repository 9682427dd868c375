/**
 * Server-sent events of one response, numbered from 0 and due at their own time. What is constant in an event is a template, so that a
 * frame costs its number and what is new:
 *
 *   event: TYPE⏎data: {"type":"TYPE", FIXED "sequence_number": │ NUMBER, NEW │ TAIL }⏎⏎
 *
 * For a client that comes back, events that it has seen are left out and those that would have been due by now go out at once; of a
 * response that was cancelled, nothing is due after that.
 */
import type { PlanWriter } from '../../../runtime/response-plan.js';
import type { Simulation } from '../../contract.js';
import { escapeJson } from '../../json-text.js';
import { Obfuscation } from '../obfuscation.js';

export interface EventTiming {
  /** How long ago the response was begun, µs; 0 for the request that begins it. */
  readonly elapsedUs: number;
  /** Events up to this one are left out; -1 for none. */
  readonly startingAfter: number;
  /** Nothing is due after this, µs from the beginning. */
  readonly endUs: number;
}

export class EventWriter {
  readonly #plan: PlanWriter;
  readonly #timing: EventTiming;
  readonly #obfuscation: Obfuscation | undefined;
  /** Templates by their beginning: there is one tail for each. */
  readonly #declared = new Map<string, number>();
  #sequence = 0;
  /** From the response's beginning to the next event, µs. */
  #dueUs = 0;
  /** From this request's arrival to the last frame, µs. */
  #writtenUs = 0;
  #frames = 0;

  constructor(simulation: Simulation, timing: EventTiming, obfuscate: boolean) {
    this.#plan = simulation.plan;
    this.#timing = timing;
    this.#obfuscation = obfuscate ? new Obfuscation(simulation.random('obfuscation')) : undefined;
  }

  /** How many frames were written. */
  get frames(): number {
    return this.#frames;
  }

  /**
   * Declares an event of the type. All are declared before the first is sent, the most frequent first.
   * @param fixed members that never change, as JSON with a comma behind each
   * @param tail what follows the new part
   */
  declare(type: string, fixed = '', tail = ''): number {
    const prefix = `event: ${type}\ndata: {"type":"${type}",${fixed}"sequence_number":`;
    const known = this.#declared.get(prefix);
    if (known !== undefined) return known;
    const template = this.#plan.template(prefix, `${tail}}\n\n`);
    this.#declared.set(prefix, template);
    return template;
  }

  /** Declares an event that adds to a string member `delta`. */
  declareDelta(type: string, fixed: string): number {
    return this.declare(type, fixed, '"');
  }

  wait(delayUs: number): void {
    this.#dueUs += delayUs;
  }

  /** Moves on to a moment of the response's life, µs from its beginning, unless that is over. */
  waitUntil(dueUs: number): void {
    this.#dueUs = Math.max(this.#dueUs, dueUs);
  }

  /** @param added JSON behind the number, beginning with a comma */
  send(template: number, added: string): void {
    if (this.#dueUs <= this.#timing.endUs) this.#write(template, added);
  }

  /** The last event, which is due in any case. */
  sendLast(template: number, added: string): void {
    this.#dueUs = Math.min(this.#dueUs, this.#timing.endUs);
    this.#write(template, added);
  }

  /**
   * @param tokens how many tokens the delta is made of
   * @param added further members, each with a comma before it
   */
  sendDelta(template: number, delta: string, tokens: number, added = ''): void {
    const padding = this.#obfuscation === undefined ? '' : `,"obfuscation":"${this.#obfuscation.pad(delta.length)}"`;
    const frames = this.#frames;
    this.send(template, `${added}${padding},"delta":"${escapeJson(delta)}`);
    if (this.#frames > frames) this.#plan.shows(tokens);
  }

  #write(template: number, added: string): void {
    const number = this.#sequence++;
    const { elapsedUs, startingAfter } = this.#timing;
    if (number <= startingAfter) return;
    const dueUs = Math.max(0, this.#dueUs - elapsedUs);
    this.#plan.frame(template, dueUs - this.#writtenUs, number + added);
    this.#writtenUs = dueUs;
    this.#frames++;
  }
}
