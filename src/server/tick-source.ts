/** What a tick of an acceptor does: takes in the plans that the workers have made, then writes what is due. */
import type { RenderPool } from '../runtime/render-pool.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { TimingWheel } from '../runtime/timing-wheel.js';
import type { Pacer } from './streaming/pacer.js';
import type { TickSource } from './streaming/ticker.js';

/** Plans taken in per lane and tick, each of which sends its stream's headers: some milliseconds, then other sockets get their turn. */
const PLANS_PER_TICK = 32;

export interface TickParts {
  readonly table: StreamTable<unknown>;
  readonly wheel: TimingWheel;
  readonly pool: RenderPool;
  readonly pacer: Pacer;
}

export function tickSource({ table, wheel, pool, pacer }: TickParts): TickSource {
  return {
    get entries() {
      return table.inUse;
    },
    nextDeadlineUs: () => wheel.nextDeadlineUs(),
    tick: () => {
      const drained = pool.drain(PLANS_PER_TICK);
      return pacer.tick() && drained;
    },
    prepareSleep: () => pool.declareAsleep(),
  };
}
