/**
 * Hierarchical timing wheel with absolute deadlines: decides which of many integer ids (stream slots) is due. One tick is
 * 1 ms. Scheduling and cancelling cost O(1), expiring O(expired); nothing is allocated after construction.
 *
 *   level 0  [0][1][2] … [255]   1 ms per slot        ┌── cascade: when time enters a slot of an upper level,
 *   level 1  [0][1][2] … [255]   256 ms per slot    ──┤   its ids move down to finer slots
 *   level 2  [0][1][2] … [255]   65.536 s per slot  ──┘   (4.66 h in all; later ids wait in the last slot and move on)
 *      │ time reaches a slot of level 0
 *      ▼
 *   due ──▶ onExpire(id) …       what a stop leaves in `due` comes first in the next advance()
 *   late ──▶ due                 ids scheduled for a tick that has passed: taken up by the next advance()
 *
 * Invariants: an id is in at most one list; it fires once, at the first tick at or after its deadline, never before; ids fire
 * in the order of their ticks (within one tick in a fixed but unspecified order). A bit per slot says whether its list is
 * occupied, so an idle gap of hours costs a few word scans. Lists are circular and doubly linked through a sentinel per slot.
 */
import { Failure } from '../kernel/failure.js';

/** Receives the ids that are due. An object bound once, because a closure per advance would be garbage on the hot path. */
export interface WheelListener {
  /**
   * The id is due and no longer scheduled. May schedule and cancel any id, this one too, but not call advance().
   * @returns false to stop the advance after this id
   */
  onExpire(id: number): boolean;
}

/**
 * Dividing by it never rounds onto an integer: the doubles next to k * 1,000 are at least 512 / 1,000 of k's own spacing away
 * after the division, more than half. So Math.ceil makes no deadline early and Math.floor no present late.
 */
const TICK_US = 1_000;
const SLOT_BITS = 8;
const SLOTS = 1 << SLOT_BITS;
const SLOT_MASK = SLOTS - 1;
const LEVELS = 3;
const LEVEL_1_TICKS = SLOTS;
const LEVEL_2_TICKS = SLOTS * SLOTS;
const HORIZON_TICKS = SLOTS * SLOTS * SLOTS;

const DUE = LEVELS * SLOTS;
const LATE = DUE + 1;
const LISTS = LATE + 1;
const WORDS_PER_LEVEL = SLOTS / 32;

const UNSCHEDULED = -1;
/** Ids and list sentinels share one Int32 number space. */
const WHEEL_CAPACITY_MAX = 2 ** 24;

export class TimingWheel {
  readonly capacity: number;
  /** The last tick that was taken out of the wheel; everything up to it is in `due` or `late`, or has fired. */
  #currentTick: number;
  readonly #tickOf: Float64Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** One bit per list, by list number. */
  readonly #occupied: Int32Array;

  /**
   * @param capacity ids are 0 … capacity - 1
   * @param nowUs the clock's present time, >= 0; every later time must come from the same clock
   */
  constructor(capacity: number, nowUs: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > WHEEL_CAPACITY_MAX) {
      throw new Failure('INTERNAL', `a timing wheel cannot hold ${capacity} ids`, {
        hint: `The capacity must be an integer from 1 to ${WHEEL_CAPACITY_MAX}.`,
      });
    }
    this.capacity = capacity;
    this.#currentTick = Math.floor(nowUs / TICK_US);
    this.#tickOf = new Float64Array(capacity);
    this.#next = new Int32Array(capacity + LISTS).fill(UNSCHEDULED);
    this.#previous = new Int32Array(capacity + LISTS).fill(UNSCHEDULED);
    this.#occupied = new Int32Array(Math.ceil(LISTS / 32));
    for (let sentinel = capacity; sentinel < capacity + LISTS; sentinel += 1) {
      this.#next[sentinel] = sentinel;
      this.#previous[sentinel] = sentinel;
    }
  }

  /**
   * Puts the id's deadline at deadlineUs, replacing an earlier one. A deadline in the past fires in the next advance(), also
   * when this is called from onExpire.
   * @param deadlineUs any finite time of the wheel's clock; anything else, or an id out of range, is a Failure
   */
  schedule(id: number, deadlineUs: number): void {
    this.#assertId(id);
    if (!Number.isFinite(deadlineUs)) {
      throw new Failure('INTERNAL', `${deadlineUs} is not a deadline`, { hint: 'Deadlines are finite microseconds.' });
    }
    if (this.#next[id] !== UNSCHEDULED) this.#unlink(id);
    const tick = Math.ceil(deadlineUs / TICK_US);
    this.#tickOf[id] = tick;
    if (tick <= this.#currentTick) this.#append(id, LATE);
    else this.#place(id, tick);
  }

  /** Takes the id's deadline away. Returns false when it had none. */
  cancel(id: number): boolean {
    this.#assertId(id);
    if (this.#next[id] === UNSCHEDULED) return false;
    this.#unlink(id);
    return true;
  }

  isScheduled(id: number): boolean {
    this.#assertId(id);
    return this.#next[id] !== UNSCHEDULED;
  }

  /**
   * Hands every id that is due at nowUs to the listener, in the order of their ticks. Ends: an id scheduled by the listener
   * for a tick that has passed waits for the next advance(), and ticks only move forward, up to nowUs.
   * @param nowUs present time of the wheel's clock, which never goes back
   * @returns false when the listener stopped it; the rest stays due and comes first in the next advance()
   */
  advance(nowUs: number, listener: WheelListener): boolean {
    const targetTick = Math.floor(nowUs / TICK_US);
    this.#moveAllToDue(LATE);
    while (this.#fireDue(listener)) {
      const tick = this.#nextOccupiedTick();
      if (tick > targetTick) {
        this.#currentTick = Math.max(this.#currentTick, targetTick);
        return true;
      }
      this.#enterTick(tick);
    }
    return false;
  }

  /**
   * No id fires before this time: exact within the next 255 ms, further ahead the start of the slot in which the next id
   * waits (advance() then refines it). Not later than the present when something is due already; Infinity when empty.
   */
  nextDeadlineUs(): number {
    const isBehind = !this.#isEmpty(DUE) || !this.#isEmpty(LATE);
    return (isBehind ? this.#currentTick : this.#nextOccupiedTick()) * TICK_US;
  }

  /** Hands out what is due; schedule() never adds to this list, so it shrinks with every round. */
  #fireDue(listener: WheelListener): boolean {
    const sentinel = this.capacity + DUE;
    for (let id = this.#next[sentinel]; id !== sentinel; id = this.#next[sentinel]) {
      this.#unlink(id);
      if (!listener.onExpire(id)) return false;
    }
    return true;
  }

  /** Upper levels first, so that what they hold for this very tick is in its level 0 slot when that is emptied. */
  #enterTick(tick: number): void {
    this.#currentTick = tick;
    if (tick % LEVEL_2_TICKS === 0) this.#cascade(2 * SLOTS + ((tick / LEVEL_2_TICKS) & SLOT_MASK));
    if (tick % LEVEL_1_TICKS === 0) this.#cascade(SLOTS + ((tick / LEVEL_1_TICKS) & SLOT_MASK));
    this.#moveAllToDue(tick & SLOT_MASK);
  }

  /** Ends because an id never goes back to the list it came from: that slot is a whole turn away from the present tick. */
  #cascade(list: number): void {
    const sentinel = this.capacity + list;
    for (let id = this.#next[sentinel]; id !== sentinel; id = this.#next[sentinel]) {
      this.#unlink(id);
      this.#place(id, this.#tickOf[id]);
    }
  }

  /** Expects tick >= currentTick. Bit operations take ticks modulo 2^32, of which a slot number only needs the low bits. */
  #place(id: number, tick: number): void {
    const ticksAhead = tick - this.#currentTick;
    if (ticksAhead < LEVEL_1_TICKS) this.#append(id, tick & SLOT_MASK);
    else if (ticksAhead < LEVEL_2_TICKS) this.#append(id, SLOTS + ((tick >>> SLOT_BITS) & SLOT_MASK));
    else {
      const reachableTick = Math.min(tick, this.#currentTick + HORIZON_TICKS - 1);
      this.#append(id, 2 * SLOTS + ((reachableTick >>> (2 * SLOT_BITS)) & SLOT_MASK));
    }
  }

  /** The next tick at which a list has to be emptied: a deadline's tick or the start of an upper slot; Infinity when empty. */
  #nextOccupiedTick(): number {
    const block1 = Math.floor(this.#currentTick / LEVEL_1_TICKS);
    const block2 = Math.floor(this.#currentTick / LEVEL_2_TICKS);
    return Math.min(
      this.#currentTick + this.#slotsToNextOccupied(0, this.#currentTick & SLOT_MASK),
      (block1 + this.#slotsToNextOccupied(1, block1 & SLOT_MASK)) * LEVEL_1_TICKS,
      (block2 + this.#slotsToNextOccupied(2, block2 & SLOT_MASK)) * LEVEL_2_TICKS,
    );
  }

  /** Distance, 1 … SLOTS, from a slot to the next occupied one of its level, all the way round; Infinity when all are empty. */
  #slotsToNextOccupied(level: number, slot: number): number {
    const first = (slot + 1) & SLOT_MASK;
    for (let step = 0; step <= WORDS_PER_LEVEL; step += 1) {
      const word = ((first >> 5) + step) % WORDS_PER_LEVEL;
      let bits = this.#occupied[level * WORDS_PER_LEVEL + word];
      if (step === 0) bits &= -1 << (first & 31);
      if (bits !== 0) return ((word * 32 + 31 - Math.clz32(bits & -bits) - first) & SLOT_MASK) + 1;
    }
    return Number.POSITIVE_INFINITY;
  }

  #isEmpty(list: number): boolean {
    return this.#next[this.capacity + list] === this.capacity + list;
  }

  #append(id: number, list: number): void {
    const sentinel = this.capacity + list;
    const last = this.#previous[sentinel];
    this.#next[last] = id;
    this.#previous[id] = last;
    this.#next[id] = sentinel;
    this.#previous[sentinel] = id;
    this.#occupied[list >> 5] |= 1 << (list & 31);
  }

  #unlink(id: number): void {
    const after = this.#next[id];
    const before = this.#previous[id];
    this.#next[before] = after;
    this.#previous[after] = before;
    this.#next[id] = UNSCHEDULED;
    // Both neighbours are the same only when that is the sentinel of a list that has become empty.
    if (after === before) this.#clearOccupied(after - this.capacity);
  }

  #clearOccupied(list: number): void {
    this.#occupied[list >> 5] &= ~(1 << (list & 31));
  }

  /** Hangs a whole list behind the due ones. */
  #moveAllToDue(list: number): void {
    if (this.#isEmpty(list)) return;
    const source = this.capacity + list;
    const due = this.capacity + DUE;
    const first = this.#next[source];
    const last = this.#previous[source];
    const lastDue = this.#previous[due];
    this.#next[lastDue] = first;
    this.#previous[first] = lastDue;
    this.#next[last] = due;
    this.#previous[due] = last;
    this.#next[source] = source;
    this.#previous[source] = source;
    this.#clearOccupied(list);
    this.#occupied[DUE >> 5] |= 1 << (DUE & 31);
  }

  #assertId(id: number): void {
    if (id >= 0 && id < this.capacity) return;
    throw new Failure('INTERNAL', `${id} is not an id of a wheel with ${this.capacity} ids`, {
      hint: 'Ids are stream slots; please report this.',
    });
  }
}
