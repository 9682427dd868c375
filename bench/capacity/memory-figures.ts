/**
 * What open streams take of memory, told apart from what a server takes once, when it first serves: V8's heap grows, code is compiled,
 * the allocator fills its arenas. The same streams are small on a server that has served before and look large on one that has not.
 */
import type { Measurement } from '../streams/load-run.js';
import { digits } from './part.js';
import { figuresOf, type StreamFigures } from './stream-figures.js';

/** Of a run after a warm-up, of which `residentBytesPerStream` is less what the server had when the warm-up was over. */
export interface WarmedFigures extends StreamFigures {
  /** From the server that had never served to the idle one after the warm-up; absent in files from before there was one. */
  readonly warmUpResidentBytes?: number | null;
  /** Less what the server had that had never served: with the warm-up's share. Absent as above. */
  readonly freshResidentBytesPerStream?: number | null;
}

/** @param warmUp the first run on the server that `run` was measured on */
export function warmedFigures(warmUp: Measurement, run: Measurement, streams: number): WarmedFigures {
  const { idleResidentBytes: freshBytes } = warmUp;
  return {
    ...figuresOf(run),
    warmUpResidentBytes: growth(freshBytes, run.idleResidentBytes),
    freshResidentBytesPerStream: growth(freshBytes, run.busyResidentBytes, streams),
  };
}

/** Null for what was not measured. */
export interface MemoryFigures {
  readonly warmUpBytes: number | null;
  readonly warmedBytesPerStream: number | null;
  readonly freshBytesPerStream: number | null;
}

/** Of any file: where there was no warm-up, memory per stream was measured on a server that had never served. */
export function memoryOf(usual: WarmedFigures): MemoryFigures {
  const { freshResidentBytesPerStream, residentBytesPerStream, warmUpResidentBytes } = usual;
  if (freshResidentBytesPerStream === undefined) {
    return { warmUpBytes: null, warmedBytesPerStream: null, freshBytesPerStream: residentBytesPerStream };
  }
  return {
    warmUpBytes: warmUpResidentBytes ?? null,
    warmedBytesPerStream: residentBytesPerStream,
    freshBytesPerStream: freshResidentBytesPerStream,
  };
}

function growth(from: number | undefined, to: number | undefined, parts = 1): number | null {
  return from === undefined || to === undefined ? null : digits((to - from) / parts);
}
