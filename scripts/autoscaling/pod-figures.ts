/** What a pod of k8s/base can carry and needs: its resources and limits, and per core and stream what `npm run bench:capacity` measured. */
import { memoryOf } from '../../bench/capacity/memory-figures.js';
import type { PacedRow } from '../../bench/capacity/paced.js';
import type { Measured } from '../../bench/capacity/results.js';
import type { CapacityResults } from '../capacity/results-read.js';
import { cpus, memoryBytes } from '../kubernetes/objects.js';
import type { SimulatorPod } from '../kubernetes/simulator-pod.js';
import type { PodFigures } from './simulated-pod.js';

export interface MeasuredPod {
  readonly figures: PodFigures;
  readonly limitBytes: number;
  /** From the start of the process until /ready. */
  readonly readyMs: number;
  readonly drainSecs: number;
  /** What the figures come from. */
  readonly paced: Measured<'paced'>;
  readonly row: PacedRow;
  /** The row of most streams: with few, most of the memory is the heap's first growth. */
  readonly full: PacedRow;
  readonly startup: Measured<'startup'>;
}

/** Of the two limits of slip that are measured, the stricter: 5 ms at the 99th percentile. */
const STRICT = 0;

/**
 * Of the transport of the image where it was measured, and of the number of streams that is next to what the pod is scaled at.
 * @returns undefined where paced streams or the start were not measured, or no rate was held
 */
export function measuredPod(
  results: CapacityResults,
  { configuration, container }: SimulatorPod,
  streamsPerPod: number,
): MeasuredPod | undefined {
  const paced = imageTransport(results.paced);
  const startup = imageTransport(results.startup);
  const { limits, requests } = container.resources ?? {};
  if (paced === undefined || startup === undefined) return undefined;
  if (limits?.cpu === undefined || limits.memory === undefined) return undefined;
  if (requests?.cpu === undefined || requests.memory === undefined) return undefined;
  const { workers } = configuration.server;
  const row = nearestRow(paced.result.rows, streamsPerPod / workers);
  const full = [...paced.result.rows].filter(({ acceptors }) => acceptors === 1).at(-1) ?? row;
  const capacity = row?.capacity[STRICT];
  const start = startup.result.rows.find(({ acceptors }) => acceptors === workers) ?? startup.result.rows.at(-1);
  const idleBytes = start?.proportionalBytes ?? start?.residentBytes;
  if (row === undefined || full === undefined || start === undefined || idleBytes === null || idleBytes === undefined)
    return undefined;
  if (capacity?.rate === undefined || capacity.rate === null || capacity.cpuUsPerChunk === null) return undefined;
  return {
    figures: {
      chunksPerSecond: capacity.rate * cpus(limits.cpu),
      cpuSecsPerChunk: capacity.cpuUsPerChunk / 1e6,
      idleBytes,
      // An idle pod has never served, so what it takes once is to be in what its streams take.
      bytesPerStream: memoryOf(full.usual).freshBytesPerStream ?? 0,
      streamsMax: configuration.simulation.concurrency.max_concurrent_requests,
      requestedCpus: cpus(requests.cpu),
      requestedBytes: memoryBytes(requests.memory),
      limitCpus: cpus(limits.cpu),
    },
    limitBytes: memoryBytes(limits.memory),
    readyMs: start.readyMs,
    drainSecs: configuration.server.lame_duck_secs + configuration.server.shutdown_timeout_secs,
    paced,
    row,
    full,
    startup,
  };
}

/** The image has a C library that uWebSockets.js loads with. */
function imageTransport<Part extends 'paced' | 'startup'>(
  measured: readonly Measured<Part>[],
): Measured<Part> | undefined {
  return measured.find(({ transport }) => transport === 'uws') ?? measured[0];
}

function nearestRow(rows: readonly PacedRow[], streams: number): PacedRow | undefined {
  const held = rows.filter(({ acceptors, capacity }) => acceptors === 1 && capacity[STRICT]?.rate != null);
  const distance = (row: PacedRow) => Math.abs(Math.log(row.streams / streams));
  return [...held].sort((left, right) => distance(left) - distance(right))[0];
}
