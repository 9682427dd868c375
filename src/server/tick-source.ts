/** What a tick of an acceptor does: takes in the plans that the workers have made, writes what is due, and gives the places that became free. */
import type { RenderPool } from '../runtime/render-pool.js';
import type { StreamTable } from '../runtime/stream-table.js';
import type { TimingWheel } from '../runtime/timing-wheel.js';
import type { Admission } from './admission.js';
import type { InlinePlanner } from './inline-planner.js';
import type { Pacer } from './streaming/pacer.js';
import type { TickSource } from './streaming/ticker.js';

/** Plans taken in per lane and tick, each of which sends its stream's headers: some milliseconds, then other sockets get their turn. */
const PLANS_PER_TICK = 32;

export interface TickParts {
  readonly table: StreamTable<unknown>;
  readonly wheel: TimingWheel;
  readonly pool: RenderPool;
  readonly pacer: Pacer;
  readonly inline: Pick<InlinePlanner, 'turned'>;
  /** Not asked for before the first tick. */
  readonly admission: () => Pick<Admission, 'giveFreePlaces'>;
}

export function tickSource({ admission, inline, pacer, pool, table, wheel }: TickParts): TickSource {
  return {
    get entries() {
      return table.inUse;
    },
    nextDeadlineUs: () => wheel.nextDeadlineUs(),
    tick: () => {
      inline.turned();
      const drained = pool.drain(PLANS_PER_TICK);
      const paced = pacer.tick();
      return admission().giveFreePlaces() && paced && drained;
    },
    prepareSleep: () => pool.declareAsleep(),
  };
}
