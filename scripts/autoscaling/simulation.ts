/**
 * Pods, a load and an autoscaler, second by second: what is open, what is late, what is refused, and how many pods there are. Nothing in it
 * is random; equal input gives equal figures.
 */
import { Autoscaler, type AutoscalerSpec, SYNC_PERIOD_SECS } from './autoscaler.js';
import type { LoadShape } from './load-shapes.js';
import { replicasWanted } from './replicas-wanted.js';
import { type PodFigures, type PodTimes, SimulatedPod, type Streams } from './simulated-pod.js';

export interface SimulationInput {
  readonly autoscaler: AutoscalerSpec;
  readonly figures: PodFigures;
  readonly times: PodTimes;
  readonly streams: Streams;
  readonly load: LoadShape;
}

/** One moment of the picture. */
export interface Moment {
  readonly secs: number;
  readonly wanted: number;
  readonly open: number;
  readonly replicas: number;
  readonly serving: number;
  readonly late: number;
}

export interface SimulationResult {
  readonly moments: readonly Moment[];
  readonly replicasMax: number;
  /** When the run ends, long after the load has fallen. */
  readonly replicasLeft: number;
  /** From the change of load until the last second in which a stream was late; 0 when none was. */
  readonly lateUntilSecs: number;
  /** Of the time of all streams. */
  readonly lateShare: number;
  readonly refused: number;
  readonly cut: number;
  /** Of all pods together, h. */
  readonly podHours: number;
}

/** Before the beginning, so that everything is steady. */
const SETTLE_SECS = 1_800;
const MOMENT_SECS = 5;

/** What the simulator calls the streams that are open on a node. */
export const STREAMS_METRIC = 'llm_simulator_active_streams';
const SOURCES: { readonly [metric: string]: 'cpu' | 'memory' | 'streams' } = {
  cpu: 'cpu',
  memory: 'memory',
  [STREAMS_METRIC]: 'streams',
};

/** @throws Error when the autoscaler goes by a metric that pods do not have here */
export function simulate({ autoscaler: spec, figures, load, streams, times }: SimulationInput): SimulationResult {
  const cluster = new Cluster(spec.minReplicas, -SETTLE_SECS, figures, times, streams);
  const autoscaler = new Autoscaler(spec, cluster.replicas, -SETTLE_SECS);
  const metrics = Object.entries(spec.metrics).map(([name, target]) => {
    const source = SOURCES[name];
    if (source === undefined) throw new Error(`pods have no metric ${name} here`);
    return { source, target };
  });
  const sums = new Sums(load);
  for (let secs = -SETTLE_SECS; secs < load.seconds; secs++) {
    const wanted = load.streamsAt(secs);
    if (secs === 0) sums.begin(cluster);
    cluster.advance(secs, wanted / streams.seconds);
    if (secs >= 0) sums.add(secs, wanted, cluster);
    if (secs % SYNC_PERIOD_SECS !== 0) continue;
    const proposals = metrics.map(({ source, target }) =>
      replicasWanted(cluster.readings(source, secs), cluster.replicas, target),
    );
    cluster.scaleTo(autoscaler.step(secs, cluster.replicas, proposals), secs);
  }
  return sums.result(cluster);
}

class Cluster {
  replicas: number;
  refused = 0;
  cut = 0;
  #pods: SimulatedPod[] = [];
  #created = 0;
  readonly #figures: PodFigures;
  readonly #times: PodTimes;
  readonly #streams: Streams;

  constructor(replicas: number, nowSecs: number, figures: PodFigures, times: PodTimes, streams: Streams) {
    this.#figures = figures;
    this.#times = times;
    this.#streams = streams;
    this.replicas = 0;
    this.scaleTo(replicas, nowSecs);
  }

  /** As a ReplicaSet does it: new pods at once, and of the old ones the youngest leave first. */
  scaleTo(replicas: number, nowSecs: number): void {
    for (let missing = replicas - this.replicas; missing > 0; missing--)
      this.#pods.push(new SimulatedPod(this.#created++, nowSecs, this.#figures, this.#times, this.#streams));
    const staying = this.#pods.filter(({ isDeleted }) => !isDeleted);
    for (const pod of staying.slice(replicas)) pod.delete(nowSecs);
    this.replicas = replicas;
  }

  /** Whatever comes goes to all serving pods alike: a balancer of requests, or new connections. */
  advance(nowSecs: number, arriving: number): void {
    const serving = this.serving(nowSecs);
    for (const pod of this.#pods) pod.advance(nowSecs, pod.isServing(nowSecs) ? arriving / serving : 0);
    if (serving === 0) this.refused += arriving;
    for (const pod of this.#pods) {
      this.refused += pod.refused;
      this.cut += pod.cut;
      pod.refused = 0;
      pod.cut = 0;
    }
    this.#pods = this.#pods.filter((pod) => !pod.isGone(nowSecs));
  }

  serving(nowSecs: number): number {
    return this.#pods.filter((pod) => pod.isServing(nowSecs)).length;
  }

  get count(): number {
    return this.#pods.length;
  }

  get open(): number {
    return this.#pods.reduce((sum, { streams }) => sum + streams, 0);
  }

  get late(): number {
    return this.#pods.reduce((sum, pod) => (pod.isLate ? sum + pod.streams : sum), 0);
  }

  readings(metric: 'cpu' | 'memory' | 'streams', nowSecs: number) {
    return this.#pods.filter(({ isDeleted }) => !isDeleted).map((pod) => pod.reading(metric, nowSecs));
  }
}

class Sums {
  readonly #load: LoadShape;
  readonly #moments: Moment[] = [];
  #replicasMax = 0;
  #lateUntilSecs = 0;
  #lateSecs = 0;
  #openSecs = 0;
  #podSecs = 0;
  #refusedBefore = 0;
  #cutBefore = 0;

  constructor(load: LoadShape) {
    this.#load = load;
  }

  /** What was before does not count. */
  begin({ cut, refused }: Cluster): void {
    this.#refusedBefore = refused;
    this.#cutBefore = cut;
  }

  add(secs: number, wanted: number, cluster: Cluster): void {
    const { late, open, replicas } = cluster;
    this.#replicasMax = Math.max(this.#replicasMax, replicas);
    this.#openSecs += open;
    this.#lateSecs += late;
    this.#podSecs += cluster.count;
    if (late > 0 && secs >= this.#load.changesAtSecs) this.#lateUntilSecs = secs + 1 - this.#load.changesAtSecs;
    if (secs % MOMENT_SECS === 0)
      this.#moments.push({ secs, wanted, open, replicas, serving: cluster.serving(secs), late });
  }

  result({ cut, refused, replicas }: Cluster): SimulationResult {
    return {
      moments: this.#moments,
      replicasMax: this.#replicasMax,
      replicasLeft: replicas,
      lateUntilSecs: this.#lateUntilSecs,
      lateShare: this.#openSecs === 0 ? 0 : this.#lateSecs / this.#openSecs,
      refused: refused - this.#refusedBefore,
      cut: cut - this.#cutBefore,
      podHours: this.#podSecs / 3_600,
    };
  }
}
