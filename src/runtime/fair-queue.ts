/**
 * Who waits for a place, in fair order: clients take turns, and within a client whoever came first goes first. So a client with a thousand
 * waiting delays another's single one by one place, not by a thousand.
 *
 *   turns:   ▶ A ⇄ B ⇄ C ⇄ (A)       a ring; ▶ has the next turn, whoever joins comes last
 *              │   │   │
 *              a1  b1  c1
 *              a2      c2
 *              a3
 *   ranks:   [1] B   [2] C   [3] A    clients by how many they have waiting, so that the one with the most is found at once
 *
 * Invariants: an item waits at most once; every client in the ring has something waiting, so there are never more clients than items;
 * everything is O(1), on typed arrays that are made once.
 */
import { Failure } from '../kernel/failure.js';

/** Stands for no item, and for no client. */
export const NOBODY = -1;

/** Items that may wait: as many as the configuration lets anyone ask for. */
const WAITING_MAX = 2 ** 20;

export class FairQueue {
  /** At most so many wait. */
  readonly capacity: number;
  #length = 0;
  /** Whose turn it is. */
  #turn = NOBODY;
  /** How many the client with the most has waiting. */
  #most = 0;
  /** By item. */
  readonly #client: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** By client. */
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #waiting: Int32Array;
  readonly #nextTurn: Int32Array;
  readonly #previousTurn: Int32Array;
  readonly #nextOfRank: Int32Array;
  readonly #previousOfRank: Int32Array;
  readonly #name: string[];
  /** By how many wait: the first of the clients that have so many. */
  readonly #rank: Int32Array;
  readonly #clientOf = new Map<string, number>();
  /** Clients that nobody is, as a stack. */
  readonly #free: Int32Array;

  /**
   * @param items that there are: an item is a number from 0 to items - 1
   * @param capacity how many of them may wait at a time, 0 … WAITING_MAX; anything else is a Failure
   */
  constructor(items: number, capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 0 || capacity > WAITING_MAX) {
      throw new Failure('INTERNAL', `a queue cannot hold ${capacity}`, {
        hint: `The capacity must be an integer from 0 to ${WAITING_MAX}.`,
      });
    }
    const column = (length: number): Int32Array => new Int32Array(length).fill(NOBODY);
    this.capacity = capacity;
    this.#client = column(items);
    this.#next = column(items);
    this.#previous = column(items);
    this.#first = column(capacity);
    this.#last = column(capacity);
    this.#waiting = new Int32Array(capacity);
    this.#nextTurn = column(capacity);
    this.#previousTurn = column(capacity);
    this.#nextOfRank = column(capacity);
    this.#previousOfRank = column(capacity);
    this.#name = new Array<string>(capacity).fill('');
    this.#rank = column(capacity + 1);
    this.#free = Int32Array.from({ length: capacity }, (_, index) => capacity - 1 - index);
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** How many clients have something waiting. */
  get clients(): number {
    return this.#clientOf.size;
  }

  /** How many the client with the most has waiting. */
  get most(): number {
    return this.#most;
  }

  /** How many the client has waiting. */
  waitingOf(name: string): number {
    const client = this.#clientOf.get(name);
    return client === undefined ? 0 : this.#waiting[client];
  }

  has(item: number): boolean {
    return this.#client[item] !== NOBODY;
  }

  /** The item waits from now on. It must not wait already, and there must be room. */
  add(item: number, name: string): void {
    if (this.has(item) || this.#length === this.capacity) {
      throw new Failure('INTERNAL', `item ${item} cannot be put in a queue of ${this.#length}`, {
        hint: 'A request must wait once, and only where there is room; please report this.',
      });
    }
    const client = this.#clientOf.get(name) ?? this.#join(name);
    const last = this.#last[client];
    this.#client[item] = client;
    this.#previous[item] = last;
    this.#next[item] = NOBODY;
    if (last === NOBODY) this.#first[client] = item;
    else this.#next[last] = item;
    this.#last[client] = item;
    this.#length++;
    this.#count(client, 1);
  }

  /** Takes out whose turn it is; NOBODY when none waits. */
  take(): number {
    const client = this.#turn;
    if (client === NOBODY) return NOBODY;
    this.#turn = this.#nextTurn[client];
    const item = this.#first[client];
    this.remove(item);
    return item;
  }

  /** The item waits no more; one that does not wait is left alone. */
  remove(item: number): void {
    const client = this.#client[item];
    if (client === NOBODY) return;
    const next = this.#next[item];
    const previous = this.#previous[item];
    if (previous === NOBODY) this.#first[client] = next;
    else this.#next[previous] = next;
    if (next === NOBODY) this.#last[client] = previous;
    else this.#previous[next] = previous;
    this.#client[item] = NOBODY;
    this.#length--;
    this.#count(client, -1);
    if (this.#waiting[client] === 0) this.#leave(client);
  }

  /** Of the client that has the most waiting, the item that came last; NOBODY when none waits. */
  newestOfMost(): number {
    return this.#most === 0 ? NOBODY : this.#last[this.#rank[this.#most]];
  }

  /** A client gets the last turn of the ring. */
  #join(name: string): number {
    const client = this.#free[this.#free.length - 1 - this.#clientOf.size];
    this.#clientOf.set(name, client);
    this.#name[client] = name;
    const turn = this.#turn;
    if (turn === NOBODY) {
      this.#turn = client;
      this.#nextTurn[client] = client;
      this.#previousTurn[client] = client;
      return client;
    }
    const last = this.#previousTurn[turn];
    this.#nextTurn[last] = client;
    this.#previousTurn[client] = last;
    this.#nextTurn[client] = turn;
    this.#previousTurn[turn] = client;
    return client;
  }

  #leave(client: number): void {
    const next = this.#nextTurn[client];
    const previous = this.#previousTurn[client];
    this.#nextTurn[previous] = next;
    this.#previousTurn[next] = previous;
    if (this.#turn === client) this.#turn = next === client ? NOBODY : next;
    this.#clientOf.delete(this.#name[client]);
    this.#name[client] = '';
    this.#free[this.#free.length - 1 - this.#clientOf.size] = client;
  }

  /** Moves the client to its new rank. */
  #count(client: number, change: 1 | -1): void {
    const before = this.#waiting[client];
    if (before > 0) this.#leaveRank(client, before);
    const now = before + change;
    this.#waiting[client] = now;
    if (now > 0) this.#enterRank(client, now);
    if (now > this.#most) this.#most = now;
    else if (this.#most > 0 && this.#rank[this.#most] === NOBODY) this.#most--;
  }

  #enterRank(client: number, rank: number): void {
    const head = this.#rank[rank];
    this.#nextOfRank[client] = head;
    this.#previousOfRank[client] = NOBODY;
    if (head !== NOBODY) this.#previousOfRank[head] = client;
    this.#rank[rank] = client;
  }

  #leaveRank(client: number, rank: number): void {
    const next = this.#nextOfRank[client];
    const previous = this.#previousOfRank[client];
    if (previous === NOBODY) this.#rank[rank] = next;
    else this.#nextOfRank[previous] = next;
    if (next !== NOBODY) this.#previousOfRank[next] = previous;
  }
}
