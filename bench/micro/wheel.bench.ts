/**
 * Timing wheel under the load of a pacer: 10,000 streams that each re-arm when they fire. One round of a task is one tick of
 * 1 ms, so a result of 200 µs means that a fifth of a core goes into the wheel. The upper levels show the cost of cascades.
 */
import type { Bench } from 'tinybench';
import { TimingWheel, type WheelListener } from '../../src/runtime/timing-wheel.js';

const STREAMS = 10_000;
const TICK_US = 1_000;
const HOUR_US = 3_600e6;

class RearmingStreams implements WheelListener {
  readonly wheel = new TimingWheel(STREAMS, 0);
  nowUs = 0;
  readonly #gapUs: number;

  constructor(gapUs: number) {
    this.#gapUs = gapUs;
    for (let id = 0; id < STREAMS; id += 1) this.wheel.schedule(id, (id * gapUs) / STREAMS);
  }

  onExpire(id: number): boolean {
    this.wheel.schedule(id, this.nowUs + this.#gapUs);
    return true;
  }

  tick(): void {
    this.nowUs += TICK_US;
    this.wheel.advance(this.nowUs, this);
  }
}

export function register(bench: Bench): void {
  for (const gapMs of [20, 200, 2_000]) {
    const streams = new RearmingStreams(gapMs * 1_000);
    const perTick = STREAMS / gapMs;
    bench.add(`wheel: one tick, ${STREAMS} streams re-armed every ${gapMs} ms (${perTick} fire)`, () => streams.tick());
  }

  const crowded = new RearmingStreams(20_000);
  let id = 0;
  bench.add('wheel: cancel and schedule among 10000', () => {
    id = (id + 1) % STREAMS;
    crowded.wheel.cancel(id);
    crowded.wheel.schedule(id, 1_000 + id);
  });

  const idle = new TimingWheel(1, 0);
  const nobody: WheelListener = { onExpire: () => true };
  let nowUs = 0;
  bench.add('wheel: advance over an empty hour', () => {
    nowUs += HOUR_US;
    idle.advance(nowUs, nobody);
  });
}
