/**
 * The node's sessions, the same whichever process is asked: the book, and the acceptors that report to it. Before the book is read, the
 * acceptors report what they have not reported yet, so that an answer that a client has had is in it.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { SessionTurn } from '../../runtime/session-mark.js';
import type { AskAcceptors } from '../control/acceptor-poll.js';
import {
  type Moment,
  type Session,
  SessionBook,
  type SessionBounds,
  type SessionCut,
  type SessionFilter,
  type SessionTotals,
} from './session-book.js';

export interface SessionDeskOptions {
  /** The generation of the configuration that holds. */
  readonly snapshot: () => ConfigurationSnapshot;
  readonly ask: AskAcceptors;
  readonly now: () => Moment;
}

export interface SessionPage extends SessionCut {
  readonly totals: SessionTotals;
}

export class SessionDesk {
  readonly #options: SessionDeskOptions;
  readonly #book: SessionBook;
  #snapshot: ConfigurationSnapshot;

  constructor(options: SessionDeskOptions) {
    this.#options = options;
    this.#snapshot = options.snapshot();
    this.#book = new SessionBook(boundsOf(this.#snapshot));
  }

  /** Whether any are kept. */
  get enabled(): boolean {
    return this.#options.snapshot().configuration.simulation.sessions.enabled;
  }

  /** How long a session is kept unused. */
  get ttlMs(): number {
    return boundsOf(this.#options.snapshot()).ttlMs;
  }

  /** As far as the acceptors have reported, which they do once a second: for an answer that must not wait for them. */
  get totals(): SessionTotals {
    return this.#book.totals(this.#now());
  }

  /** Requests of sessions have ended. */
  take(turns: readonly SessionTurn[]): void {
    const now = this.#now();
    for (const turn of turns) this.#book.take(turn, now);
  }

  /** @param after the number of the last session of the page before @throws where an acceptor does not answer, as all below */
  async page(filter: SessionFilter, after: number, limit: number): Promise<SessionPage> {
    await this.#settle();
    const page = this.#book.page(filter, after, limit, this.#now());
    for (;;) {
      const { value, done } = page.next();
      if (done) return { ...value, totals: this.totals };
      await turn();
    }
  }

  async get(id: string): Promise<Session | undefined> {
    await this.#settle();
    return this.#book.get(id, this.#now());
  }

  /** Whether there was one. */
  async delete(id: string): Promise<boolean> {
    await this.#settle();
    return this.#book.delete(id, this.#now());
  }

  /** Forgets all. @returns how many there were */
  async clear(): Promise<number> {
    await this.#settle();
    return this.#book.clear(this.#now());
  }

  /** What acceptors report comes before their answers. */
  async #settle(): Promise<void> {
    await this.#options.ask(() => ({ about: 'session_turns' }));
  }

  /** The present, from which on the bounds of the configuration that holds are kept to. */
  #now(): Moment {
    const now = this.#options.now();
    const snapshot = this.#options.snapshot();
    if (snapshot !== this.#snapshot) {
      this.#snapshot = snapshot;
      this.#book.bound(boundsOf(snapshot), now);
    }
    return now;
  }
}

function boundsOf({ configuration }: ConfigurationSnapshot): SessionBounds {
  const { max_sessions: sessionsMax, session_ttl_secs: ttlSecs } = configuration.simulation.sessions;
  return { sessionsMax, ttlMs: ttlSecs * 1_000 };
}
