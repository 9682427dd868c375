/**
 * What is sampled of a node while it serves: memory and files of all its processes from /proc, and what it says of itself in
 * /admin/stats. One sample a call; a call while the last one is not answered is passed over, so that a slow node is not asked twice.
 */
import { openFiles, processTree, residentBytes } from '../streams/process-usage.js';
import type { RunningServer } from '../streams/servers.js';
import { digits } from './part.js';

export const sampledSeries = [
  { name: 'acceptor heap MB', allowedPerHour: 4 },
  { name: 'acceptor RSS MB', allowedPerHour: 16 },
  { name: 'primary heap MB', allowedPerHour: 4 },
  { name: 'primary RSS MB', allowedPerHour: 16 },
  { name: 'open files', allowedPerHour: 4 },
  { name: 'active requests', allowedPerHour: 10 },
  { name: 'event loop lag p99 ms', allowedPerHour: 10 },
  { name: 'slip p99 ms', allowedPerHour: 10 },
] as const;
export type SampledSeries = (typeof sampledSeries)[number]['name'];

type Sample = { readonly [name in SampledSeries]: number };

/** The part of /admin/stats that is read. */
interface Stats {
  readonly requests: { readonly active: number };
  readonly event_loop_lag: { readonly p99_ms: number };
  readonly slip: { readonly p99_ms: number };
  readonly primary: { readonly heap_bytes: number };
  readonly processes: readonly { readonly heap_bytes: number }[];
}

const MB = 2 ** 20;
const ANSWER_MS_MAX = 10_000;
/** A week of them, far more than a soak takes. */
const SAMPLES_MAX = 604_800;

export class SoakSampler {
  readonly #url: string;
  readonly #primary: number;
  readonly #times: number[] = [];
  readonly #samples: Sample[] = [];
  #asking: Promise<void> | undefined;

  constructor(server: RunningServer) {
    this.#url = `http://127.0.0.1:${server.port}/admin/stats`;
    this.#primary = server.pid;
  }

  sample(): void {
    if (this.#asking !== undefined || this.#samples.length === SAMPLES_MAX) return;
    this.#asking = this.#take().finally(() => {
      this.#asking = undefined;
    });
  }

  /** Waits for a sample that is being taken. */
  async settle(): Promise<void> {
    await this.#asking;
  }

  describe(): string {
    const last = this.#samples.at(-1);
    if (last === undefined) return 'no sample yet';
    return `RSS ${last['acceptor RSS MB'].toFixed(0)} MB, ${last['open files']} files, ${last['active requests']} active`;
  }

  /** At most so many points, each the mean of as many samples. */
  averaged(pointsMax: number): { stepSeconds: number; series: { readonly [name in SampledSeries]: number[] } } {
    const samples = this.#samples;
    const perPoint = Math.max(1, Math.ceil(samples.length / pointsMax));
    const points = Math.floor(samples.length / perPoint);
    const seconds = ((this.#times.at(-1) ?? 0) - (this.#times[0] ?? 0)) / 1_000;
    const pointOf = (name: SampledSeries, point: number): number => {
      const values = samples.slice(point * perPoint, (point + 1) * perPoint).map((sample) => sample[name]);
      return digits(values.reduce((sum, value) => sum + value, 0) / values.length, 5);
    };
    const series = Object.fromEntries(
      sampledSeries.map(({ name }) => [name, Array.from({ length: points }, (_, point) => pointOf(name, point))]),
    ) as { [name in SampledSeries]: number[] };
    return { stepSeconds: digits((seconds / Math.max(1, samples.length - 1)) * perPoint), series };
  }

  /** A fault of the node's own kind may meet the question: that sample is left out. */
  async #take(): Promise<void> {
    const response = await fetch(this.#url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => undefined);
    if (response?.status !== 200) return;
    const stats = (await response.json()) as Stats;
    const pids = processTree(this.#primary);
    const acceptors = pids.filter((pid) => pid !== this.#primary);
    this.#times.push(performance.now());
    this.#samples.push({
      'acceptor heap MB': stats.processes.reduce((sum, { heap_bytes }) => sum + heap_bytes, 0) / MB,
      'acceptor RSS MB': (residentBytes(acceptors) ?? 0) / MB,
      'primary heap MB': stats.primary.heap_bytes / MB,
      'primary RSS MB': (residentBytes([this.#primary]) ?? 0) / MB,
      'open files': openFiles(pids) ?? 0,
      'active requests': stats.requests.active,
      'event loop lag p99 ms': stats.event_loop_lag.p99_ms,
      'slip p99 ms': stats.slip.p99_ms,
    });
  }
}
