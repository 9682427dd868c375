import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TimingWheel, type WheelListener } from '../../src/runtime/timing-wheel.js';

const IDS = 12;
const TICK_US = 1_000;

/** Distances in µs that reach every level, both sides of every boundary, and the past. */
const distanceUs = fc.oneof(
  fc.integer({ min: -3_000, max: 3_000 }),
  fc.integer({ min: 0, max: 600_000 }),
  fc.integer({ min: 0, max: 200_000_000 }),
  fc.integer({ min: 0, max: 40_000_000_000 }),
  fc
    .tuple(fc.constantFrom(0, 1, 2, 256), fc.constantFrom(0, 1, 2), fc.integer({ min: -1, max: 1 }))
    .map(([level2, level1, offset]) => (level2 * 65_536 + level1 * 256 + offset) * TICK_US),
);
const id = fc.integer({ min: 0, max: IDS - 1 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('schedule' as const), id, distanceUs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), id }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      distanceUs: distanceUs.map((distance) => Math.max(0, distance)),
      budget: fc.oneof(fc.constant(IDS * 10), fc.integer({ min: 1, max: 4 })),
      /** What the callbacks do, in turn: put the fired id back at this distance, or cancel another id. */
      reactions: fc.array(fc.oneof(fc.record({ againUs: distanceUs }), fc.record({ cancelled: id })), { maxLength: 6 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Reaction = Extract<Step, { kind: 'advance' }>['reactions'][number];

/** The promises in their plainest form: a map of deadlines, checked at every callback. */
class CheckedWheel implements WheelListener {
  readonly #wheel: TimingWheel;
  readonly #deadlines = new Map<number, number>();
  /** Ids that were put into the past by a callback: their turn is the next advance. */
  readonly #postponed = new Set<number>();
  #nowUs: number;
  /** Everything up to this tick has fired or comes before everything else. */
  #passedTick: number;
  #lastTick = 0;
  #budget = 0;
  #reactions: Reaction[] = [];

  constructor(startUs: number) {
    this.#wheel = new TimingWheel(IDS, startUs);
    this.#nowUs = startUs;
    this.#passedTick = Math.floor(startUs / TICK_US);
  }

  schedule(id: number, deadlineUs: number): void {
    this.#wheel.schedule(id, deadlineUs);
    this.#deadlines.set(id, deadlineUs);
    this.#postponed.delete(id);
  }

  cancel(id: number): void {
    assert.equal(this.#wheel.cancel(id), this.#deadlines.delete(id));
    this.#postponed.delete(id);
  }

  onExpire(id: number): boolean {
    const deadlineUs = this.#deadlines.get(id);
    assert.ok(deadlineUs !== undefined, 'fired without being scheduled, or twice');
    assert.ok(deadlineUs <= this.#nowUs, 'fired early');
    assert.ok(!this.#postponed.has(id), 'fired twice in one advance for the past');
    const tick = Math.max(Math.ceil(deadlineUs / TICK_US), this.#passedTick);
    assert.ok(tick >= this.#lastTick, 'fired out of order');
    this.#lastTick = tick;
    this.#deadlines.delete(id);
    this.#react(id, tick);
    this.#budget -= 1;
    return this.#budget > 0;
  }

  #react(id: number, tick: number): void {
    const reaction = this.#reactions.shift();
    if (reaction === undefined) return;
    if ('cancelled' in reaction) {
      this.cancel(reaction.cancelled);
      return;
    }
    this.schedule(id, this.#nowUs + reaction.againUs);
    if (Math.ceil((this.#nowUs + reaction.againUs) / TICK_US) <= tick) this.#postponed.add(id);
  }

  advance(distanceUs: number, budget: number, reactions: readonly Reaction[]): void {
    this.#nowUs += distanceUs;
    this.#budget = budget;
    this.#reactions = [...reactions];
    this.#lastTick = this.#passedTick;
    if (this.#wheel.advance(this.#nowUs, this)) {
      this.#passedTick = Math.floor(this.#nowUs / TICK_US);
      for (const [id, deadlineUs] of this.#deadlines) {
        if (!this.#postponed.has(id)) assert.ok(deadlineUs > this.#passedTick * TICK_US, 'due but not fired');
      }
    } else {
      assert.equal(this.#budget, 0, 'stopped without being asked to');
      this.#passedTick = this.#lastTick;
    }
    this.#postponed.clear();
  }

  checkState(): void {
    const nextUs = this.#wheel.nextDeadlineUs();
    assert.equal(nextUs === Number.POSITIVE_INFINITY, this.#deadlines.size === 0);
    for (let id = 0; id < IDS; id += 1) assert.equal(this.#wheel.isScheduled(id), this.#deadlines.has(id));
    for (const deadlineUs of this.#deadlines.values()) {
      const firesUs = Math.max(Math.ceil(deadlineUs / TICK_US), this.#passedTick) * TICK_US;
      assert.ok(nextUs <= firesUs, 'the wheel promises quiet beyond a deadline');
    }
  }

  take(action: Step): void {
    if (action.kind === 'schedule') this.schedule(action.id, this.#nowUs + action.distanceUs);
    else if (action.kind === 'cancel') this.cancel(action.id);
    else this.advance(action.distanceUs, action.budget, action.reactions);
    this.checkState();
  }

  /** Nothing is lost: one last advance beyond every deadline empties the wheel. */
  finish(): void {
    this.advance(100_000_000_000, IDS + 1, []);
    assert.equal(this.#deadlines.size, 0, 'lost');
    this.checkState();
  }
}

describe('a timing wheel against a plain model', () => {
  it('fires every id once, never early, in order of ticks, through re-scheduling, stops and jumps of time', () => {
    const startUs = fc.constantFrom(0, 123_456.789, 65_530_000, 2 ** 31 * TICK_US - 5, 2 ** 32 * TICK_US - 200_000);
    fc.assert(
      fc.property(startUs, fc.array(step, { maxLength: 60, size: 'max' }), (start, steps) => {
        const wheel = new CheckedWheel(start);
        for (const action of steps) wheel.take(action);
        wheel.finish();
      }),
      { numRuns: 1_500 },
    );
  });
});
