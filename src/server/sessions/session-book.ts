/**
 * The node's book of sessions, kept by the primary: who they are, how many turns they have had, how many tokens stand in their context.
 * Of what was said it knows nothing.
 *
 * Invariants: never more than sessionsMax, of which the one unused for longest makes room; one unused for the time to live is gone, whoever
 * asks; created = kept + evicted + expired + deleted. A session costs a few hundred bytes, whatever its turns.
 *
 *   oldest ◀─older── session ─newer──▶ newest    in the order of use: both what makes room and what expires stand at the front
 *   Map in the order of creation                 what a page is cut from
 */
import { partsOfSessionId, type SessionKind, type SessionMark, type SessionTurn } from '../../runtime/session-mark.js';

export interface SessionBounds {
  readonly sessionsMax: number;
  readonly ttlMs: number;
}

/** One moment, by a clock that never goes back and by the wall's. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export interface Session {
  /** Counts the sessions from 1, for as long as the node lives. */
  readonly number: number;
  readonly id: string;
  readonly kind: SessionKind;
  readonly name: string;
  readonly provider: string;
  /** Of the last turn that a model answered; null before. */
  readonly model: string | null;
  /** Requests that were answered. */
  readonly turns: number;
  /** Requests that got an error, or were not answered to the end. */
  readonly errors: number;
  /** Prompt and completion of the last turn. */
  readonly contextTokens: number;
  /** Prompts and completions of all turns. */
  readonly totalTokens: number;
  readonly created: Moment;
  readonly used: Moment;
}

export interface SessionTotals {
  readonly sessions: number;
  readonly created: number;
  readonly evicted: number;
  readonly expired: number;
  readonly deleted: number;
}

export interface SessionFilter {
  /** The whole identifier, or the name alone. */
  readonly id?: string;
  readonly provider?: string;
  readonly model?: string;
}

/** Of the sessions that fit. */
export interface SessionCut {
  readonly sessions: readonly Session[];
  readonly more: boolean;
}

/** A look costs some 30 ns. */
const LOOKS_PER_TURN = 20_000;

type Entry = { -readonly [Key in keyof Session]: Session[Key] } & {
  /** Under which hash the next request of the conversation finds it. */
  link: string | undefined;
  older: Entry | undefined;
  newer: Entry | undefined;
};

export class SessionBook {
  #bounds: SessionBounds;
  readonly #entries = new Map<string, Entry>();
  readonly #links = new Map<string, Entry>();
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #created = 0;
  #evicted = 0;
  #expired = 0;
  #deleted = 0;

  constructor(bounds: SessionBounds) {
    this.#bounds = bounds;
  }

  /** From now on these bounds hold; what is beyond them goes. */
  bound(bounds: SessionBounds, now: Moment): void {
    this.#bounds = bounds;
    this.#expire(now);
    this.#makeRoom(0);
  }

  /** A request of a session has ended: books it under its session, which begins with it if there is none. */
  take(turn: SessionTurn, now: Moment): void {
    this.#expire(now);
    const entry = this.#find(turn.mark) ?? this.#begin(turn, now);
    this.#touch(entry, now);
    this.#relink(entry, turn.mark.conversation?.own);
    entry.provider = turn.provider;
    if (!turn.success) {
      entry.errors++;
      return;
    }
    entry.turns++;
    entry.model = turn.model ?? entry.model;
    entry.contextTokens = turn.promptTokens + turn.completionTokens;
    entry.totalTokens += entry.contextTokens;
  }

  get(id: string, now: Moment): Session | undefined {
    this.#expire(now);
    return this.#entries.get(id);
  }

  /**
   * The sessions that fit, in the order in which they began; comes to it in turns of so many looks that nobody notices them, and what changes
   * between two turns may be in it or not.
   * @param after the number of the last one of the page before; 0 for the first page
   * @param limit how many at most
   */
  *page(filter: SessionFilter, after: number, limit: number, now: Moment): Generator<void, SessionCut> {
    this.#expire(now);
    const sessions: Session[] = [];
    let looks = 0;
    for (const entry of this.#entries.values()) {
      if (++looks % LOOKS_PER_TURN === 0) yield;
      if (entry.number <= after || !fits(entry, filter)) continue;
      if (sessions.length === limit) return { sessions, more: true };
      sessions.push(entry);
    }
    return { sessions, more: false };
  }

  totals(now: Moment): SessionTotals {
    this.#expire(now);
    return {
      sessions: this.#entries.size,
      created: this.#created,
      evicted: this.#evicted,
      expired: this.#expired,
      deleted: this.#deleted,
    };
  }

  /** Whether there was one. */
  delete(id: string, now: Moment): boolean {
    this.#expire(now);
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#remove(entry);
    this.#deleted++;
    return true;
  }

  /** Forgets all. @returns how many there were */
  clear(now: Moment): number {
    this.#expire(now);
    const count = this.#entries.size;
    this.#entries.clear();
    this.#links.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#deleted += count;
    return count;
  }

  /** A conversation's own hash comes first: a request that is sent again belongs where the first one went. */
  #find({ id, conversation }: SessionMark): Entry | undefined {
    if (conversation === undefined) return this.#entries.get(id);
    const { own, before } = conversation;
    return this.#links.get(own) ?? (before === undefined ? undefined : this.#links.get(before));
  }

  #begin({ mark, provider }: SessionTurn, created: Moment): Entry {
    this.#makeRoom(1);
    const id = this.#freeId(mark);
    const entry: Entry = {
      number: ++this.#created,
      id,
      ...partsOfSessionId(id),
      provider,
      model: null,
      turns: mark.priorTurns,
      errors: 0,
      contextTokens: 0,
      totalTokens: mark.priorTokens,
      created,
      used: created,
      link: undefined,
      older: undefined,
      newer: undefined,
    };
    this.#entries.set(id, entry);
    this.#append(entry);
    return entry;
  }

  /** A conversation may begin like one that has moved on since. */
  #freeId({ id, conversation }: SessionMark): string {
    if (conversation === undefined) return id;
    const first = `conversation:${conversation.own}`;
    return this.#entries.has(first) ? `${first}-${this.#created + 1}` : first;
  }

  #relink(entry: Entry, link: string | undefined): void {
    if (entry.link === link) return;
    if (entry.link !== undefined) this.#links.delete(entry.link);
    entry.link = link;
    if (link !== undefined) this.#links.set(link, entry);
  }

  #expire({ monotonicMs }: Moment): void {
    const { ttlMs } = this.#bounds;
    while (this.#oldest !== undefined && monotonicMs - this.#oldest.used.monotonicMs >= ttlMs) {
      this.#remove(this.#oldest);
      this.#expired++;
    }
  }

  /** @param wanted how many are about to come */
  #makeRoom(wanted: number): void {
    while (this.#oldest !== undefined && this.#entries.size + wanted > this.#bounds.sessionsMax) {
      this.#remove(this.#oldest);
      this.#evicted++;
    }
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#relink(entry, undefined);
    this.#unchain(entry);
  }

  #touch(entry: Entry, now: Moment): void {
    entry.used = now;
    if (this.#newest === entry) return;
    this.#unchain(entry);
    this.#append(entry);
  }

  #append(entry: Entry): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unchain(entry: Entry): void {
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
  }
}

function fits(session: Session, { id, provider, model }: SessionFilter): boolean {
  return (
    (id === undefined || session.id === id || session.name === id) &&
    (provider === undefined || session.provider === provider) &&
    (model === undefined || session.model === model)
  );
}
