/**
 * What measuring the slip of chunks costs: CHUNKS observations of a window per call, over delays of a healthy server, and the sum of the
 * window that is made once a second. Divide by CHUNKS for the cost of one.
 */
import type { Bench } from 'tinybench';
import { DelayWindow } from '../../src/telemetry/delay-window.js';

const CHUNKS = 10_000;
/** So many that one object per chunk would show, and so few that nothing is collected meanwhile. */
const ALLOCATION_CHUNKS = 100_000;
const CHUNKS_PER_SECOND = 50_000;
/** 20 µs to some 5 ms. */
const DELAYS_US = Float64Array.from({ length: CHUNKS }, (_, index) => 20 + ((index * 7_919) % 5_000) + 0.25);

export function register(bench: Bench): void {
  const window = new DelayWindow(0);
  let nowUs = 0;
  const observe = (chunks: number): void => {
    for (let chunk = 0; chunk < chunks; chunk++) {
      nowUs += 1e6 / CHUNKS_PER_SECOND;
      window.observe(DELAYS_US[chunk % CHUNKS], nowUs);
    }
  };
  bench.add(`slip: observe ${CHUNKS} chunks`, () => observe(CHUNKS));
  bench.add('slip: read the window', () => {
    window.read(nowUs);
  });

  let heapBytes = 0;
  bench.add(
    `slip: observe ${ALLOCATION_CHUNKS} chunks between two looks at the heap`,
    () => {
      const before = process.memoryUsage().heapUsed;
      observe(ALLOCATION_CHUNKS);
      heapBytes = process.memoryUsage().heapUsed - before;
    },
    { afterAll: () => console.error(`slip: the last ${ALLOCATION_CHUNKS} chunks grew the heap by ${heapBytes} bytes`) },
  );
}
