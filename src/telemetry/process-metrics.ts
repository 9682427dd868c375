/**
 * What a process uses, under the names that Prometheus' client libraries share (process_…) and prom-client has for Node (nodejs_…), each with a
 * label that says which of the node's processes it is. What would have to list every open socket is left out: with ten thousand streams it
 * would hold the main thread up for milliseconds.
 */
import { readFileSync, statSync } from 'node:fs';
import { constants, PerformanceObserver, performance } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import { BucketHistogram } from './bucket-histogram.js';
import { GC_BUCKETS_SECS } from './buckets.js';
import type { MetricFamily, MetricsSnapshot, MetricType } from './metric-family.js';

/** By V8's number of the kind of collection. */
const GC_KINDS: readonly (readonly [kind: number, name: string])[] = [
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
];

interface GcEntry {
  /** ms */
  readonly duration: number;
  readonly detail?: { readonly kind: number };
}

/** A metric's sample: the values of its labels besides the process, and its number. */
type Sample = readonly [values: readonly string[], value: number];

export class ProcessMetrics {
  readonly #process: string;
  readonly #gc: BucketHistogram;
  readonly #gcWatch: PerformanceObserver;
  readonly #openFilesMax = openFilesMax();
  #loopUse = performance.eventLoopUtilization();

  /** @param name of the process: "primary", "acceptor-0" … one of as many as there are processes */
  constructor(name: string) {
    this.#process = name;
    this.#gc = new BucketHistogram(
      'nodejs_gc_duration_seconds',
      'How long collections of garbage took',
      GC_BUCKETS_SECS,
      {
        names: ['process', 'kind'],
        rows: GC_KINDS.map(([, kind]) => [name, kind]),
      },
    );
    this.#gcWatch = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as readonly GcEntry[]) {
        const row = GC_KINDS.findIndex(([kind]) => kind === entry.detail?.kind);
        if (row >= 0) this.#gc.observe(entry.duration * 1_000, row);
      }
    });
    this.#gcWatch.observe({ entryTypes: ['gc'] });
  }

  /** Nothing more is observed. */
  close(): void {
    this.#gcWatch.disconnect();
  }

  snapshot(): MetricsSnapshot {
    return [...this.#cpu(), ...this.#memory(), ...this.#files(), ...this.#loop(), this.#gc.family(), versionInfo()];
  }

  #cpu(): MetricFamily[] {
    const { system, user } = process.cpuUsage();
    return [
      this.#family(
        'process_cpu_user_seconds_total',
        'Time that the process, its threads included, spent in its own code',
        [[[], user / 1e6]],
      ),
      this.#family('process_cpu_system_seconds_total', "Time that it spent in the system's code", [[[], system / 1e6]]),
      this.#family('process_cpu_seconds_total', 'Both together', [[[], (user + system) / 1e6]]),
      this.#family('process_start_time_seconds', 'When the process started, Unix time', [
        [[], Math.round(performance.timeOrigin / 1_000)],
      ]),
    ];
  }

  #memory(): MetricFamily[] {
    const { external, heapTotal, heapUsed, rss } = memoryUsage();
    const spaces = getHeapSpaceStatistics();
    return [
      this.#family('process_resident_memory_bytes', 'Memory that the process takes', [[[], rss]]),
      this.#family('nodejs_heap_size_total_bytes', "The main thread's heap", [[[], heapTotal]]),
      this.#family('nodejs_heap_size_used_bytes', 'What of it is used', [[[], heapUsed]]),
      this.#family('nodejs_external_memory_bytes', 'Memory outside the heap that objects in it hold', [[[], external]]),
      this.#family(
        'nodejs_heap_space_size_used_bytes',
        "What is used of each of the heap's spaces",
        spaces.map(({ space_name, space_used_size }) => [[space_name.replace(/_space$/, '')], space_used_size]),
        ['space'],
      ),
    ];
  }

  #files(): MetricFamily[] {
    return [
      this.#family('process_open_fds', 'Open files and sockets; Linux 6.2 and later', sampleOf(openFiles())),
      this.#family('process_max_fds', 'How many may be open; Linux', sampleOf(this.#openFilesMax)),
    ];
  }

  #loop(): MetricFamily[] {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#loopUse);
    this.#loopUse = now;
    return [
      this.#family(
        'nodejs_eventloop_time_seconds_total',
        "Time that the main thread's event loop was active, and that it waited: the share of the first is its utilisation",
        [
          [['active'], now.active / 1_000],
          [['idle'], now.idle / 1_000],
        ],
        ['state'],
      ),
      this.#family(
        'nodejs_eventloop_utilization_ratio',
        'Share of time that the event loop was active since the figures were collected last, at most 5 s before; 1 is all of it',
        [[[], Number.isFinite(utilization) ? utilization : 0]],
      ),
    ];
  }

  #family(name: string, help: string, samples: readonly Sample[], labels: readonly string[] = []): MetricFamily {
    const type: MetricType = name.endsWith('_total') ? 'counter' : 'gauge';
    return {
      name,
      help,
      type,
      merge: 'sum',
      labels: ['process', ...labels],
      rows: samples.map(([values]) => [this.#process, ...values]),
      numbers: Float64Array.from(samples, ([, value]) => value),
    };
  }
}

/** None where the system does not say. */
function sampleOf(value: number | undefined): Sample[] {
  return value === undefined ? [] : [[[], value]];
}

/** Every process of a node runs on the same. */
function versionInfo(): MetricFamily {
  const [major, minor, patch] = process.versions.node.split('.');
  return {
    name: 'nodejs_version_info',
    help: 'The version of Node; always 1',
    type: 'gauge',
    merge: 'max',
    labels: ['version', 'major', 'minor', 'patch'],
    rows: [[process.version, major, minor, patch]],
    numbers: Float64Array.of(1),
  };
}

const NO_MEMORY = { external: 0, heapTotal: 0, heapUsed: 0, rss: 0 };

/** Reads a file of the system's, which a process that can open none cannot. */
function memoryUsage(): typeof NO_MEMORY {
  try {
    return process.memoryUsage();
  } catch {
    return NO_MEMORY;
  }
}

/** Since Linux 6.2 the folder's size is the number of its entries; listing them takes a millisecond per thousand. */
function openFiles(): number | undefined {
  try {
    const { size } = statSync('/proc/self/fd');
    return size > 0 ? size : undefined;
  } catch {
    return undefined;
  }
}

function openFilesMax(): number | undefined {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return match === null ? undefined : Number(match[1]);
  } catch {
    return undefined;
  }
}
