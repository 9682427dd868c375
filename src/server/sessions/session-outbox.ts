/**
 * Turns of sessions on their way from an acceptor to the node's book: gathered as requests end and sent a few times a second, so that no
 * request waits for them and a message carries many.
 *
 * Invariants: a request without a session costs a comparison when its plan comes and one when it ends; a turn is sent once, at the latest
 * FLUSH_AFTER_MS after its request has ended; never more than TURNS_MAX wait.
 */
import { planSession } from '../../runtime/plan-reader.js';
import type { SessionMark, SessionTurn } from '../../runtime/session-mark.js';

const FLUSH_AFTER_MS = 100;
const TURNS_MAX = 256;

export class SessionOutbox {
  readonly #send: (turns: readonly SessionTurn[]) => void;
  /** By slot: the session of its request. */
  readonly #marks: (SessionMark | undefined)[];
  #turns: SessionTurn[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(slots: number, send: (turns: readonly SessionTurn[]) => void) {
    this.#send = send;
    this.#marks = new Array<undefined>(slots).fill(undefined);
  }

  /** A worker's plan has come for the slot; it may come again. */
  planned(slot: number, plan: Uint8Array): void {
    this.#marks[slot] = planSession(plan);
  }

  /** Whether the slot's request belongs to a session. */
  holds(slot: number): boolean {
    return this.#marks[slot] !== undefined;
  }

  /** The slot's request has ended, which holds(). */
  closed(slot: number, turn: Omit<SessionTurn, 'mark'>): void {
    const mark = this.#marks[slot] as SessionMark;
    this.#marks[slot] = undefined;
    this.#turns.push({ mark, ...turn });
    if (this.#turns.length >= TURNS_MAX) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS).unref();
  }

  /** Sends what waits. @returns how many turns that were */
  flush(): number {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const turns = this.#turns;
    this.#turns = [];
    if (turns.length > 0) this.#send(turns);
    return turns.length;
  }
}
