/**
 * Lays the chunks of two answers with the same content over each other. Chunks are told by where in the text they end, not by their number,
 * so a gateway that merges or splits them does not shift those that follow:
 *
 *   direct    The| sky| is| blue        boundaries 3 7 10
 *   gateway   The| sky is| blue         boundaries 3 10        one merged, none split; "sky" was complete when "sky is" came
 */
import type { Capture } from '../contract.js';
import type { ChunkComparison } from './contract.js';

const US_PER_MS = 1_000;

/** Where each event with content ends in the text, and when it was there. */
export interface ChunkEnds {
  readonly ends: readonly number[];
  readonly timesMs: readonly number[];
}

export function chunkEnds({ texts, eventTimesUs }: Capture): ChunkEnds {
  const ends: number[] = [];
  const timesMs: number[] = [];
  let end = 0;
  texts.forEach((text, index) => {
    if (text === '') return;
    end += text.length;
    ends.push(end);
    timesMs.push((eventTimesUs[index] ?? 0) / US_PER_MS);
  });
  return { ends, timesMs };
}

/** Chunks that came in the same read as the one before: the client gives both the same time. */
export function cameTogether({ timesMs }: ChunkEnds): number {
  return timesMs.filter((time, index) => index > 0 && time === timesMs[index - 1]).length;
}

/** @param common how many UTF-16 units both texts begin with: what comes after is not compared */
export function compareChunks(direct: ChunkEnds, gateway: ChunkEnds, common: number): ChunkComparison {
  const delays: number[] = [];
  let merged = 0;
  let split = 0;
  let at = 0;
  for (const [index, end] of direct.ends.entries()) {
    if (end > common) break;
    while (at < gateway.ends.length && gateway.ends[at]! < end) {
      split += 1;
      at += 1;
    }
    const there = gateway.ends[at];
    if (there === undefined) break;
    delays.push(gateway.timesMs[at]! - direct.timesMs[index]!);
    if (there === end) at += 1;
    else merged += 1;
  }
  return { merged, split, delaysMs: Float64Array.from(delays) };
}
