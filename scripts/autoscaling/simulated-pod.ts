/**
 * One pod of the simulation, second by second: when it serves, which streams it has, what it uses, and what of that the two sources of
 * metrics have seen. Streams last a fixed time; arrivals are fractions, so that nothing depends on chance.
 */
import type { PodReading } from './replicas-wanted.js';

export interface PodFigures {
  /** Of all its streams, at which tokens are on time, 1/s. */
  readonly chunksPerSecond: number;
  readonly cpuSecsPerChunk: number;
  readonly idleBytes: number;
  readonly bytesPerStream: number;
  /** More are refused. */
  readonly streamsMax: number;
  readonly requestedCpus: number;
  readonly requestedBytes: number;
  readonly limitCpus: number;
}

export interface PodTimes {
  /** From the decision to the container's start: scheduling, volumes, the image where it has to be pulled. */
  readonly placedSecs: number;
  /** From the container's start until /ready is 200. */
  readonly startSecs: number;
  /** Until the probe has asked and the endpoints are everywhere. */
  readonly noticedSecs: number;
  /** From SIGTERM until what is open is cut: lame duck and shutdown timeout. */
  readonly drainSecs: number;
}

export interface Streams {
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

/** metrics-server and Prometheus both look every 15 s; a pod's CPU is a mean over as long. */
export const SCRAPE_SECS = 15;
/** metrics-server looks between two runs of the autoscaler, which are at multiples of 15 s. */
const METRICS_SERVER_PHASE_SECS = 5;
/** Prometheus spreads its targets over the interval. */
const PROMETHEUS_STRIDE_SECS = 4;
/** --horizontal-pod-autoscaler-cpu-initialization-period of the controller manager, s. */
const CPU_INITIALIZATION_SECS = 300;
/** Until new connections go elsewhere after a pod is deleted. */
const ENDPOINTS_SECS = 1;

export class SimulatedPod {
  readonly runningAtSecs: number;
  readonly readyAtSecs: number;
  streams = 0;
  refused = 0;
  cut = 0;
  readonly #figures: PodFigures;
  readonly #times: PodTimes;
  readonly #load: Streams;
  readonly #createdAtSecs: number;
  readonly #prometheusPhaseSecs: number;
  #deletedAtSecs = Number.POSITIVE_INFINITY;
  /** Those that end in each of the next seconds. */
  readonly #ending: number[] = [];
  #mostStreams = 0;
  #cpuSecs = 0;
  #cpuSample = 0;
  #memorySample = 0;
  #streamSample = 0;
  #resourcesAtSecs = Number.NEGATIVE_INFINITY;
  #streamsAtSecs = Number.NEGATIVE_INFINITY;

  constructor(number: number, createdAtSecs: number, figures: PodFigures, times: PodTimes, load: Streams) {
    this.#figures = figures;
    this.#times = times;
    this.#load = load;
    this.#createdAtSecs = createdAtSecs;
    this.runningAtSecs = createdAtSecs + times.placedSecs;
    this.readyAtSecs = this.runningAtSecs + times.startSecs + times.noticedSecs;
    this.#prometheusPhaseSecs = (number * PROMETHEUS_STRIDE_SECS) % SCRAPE_SECS;
  }

  get isDeleted(): boolean {
    return this.#deletedAtSecs < Number.POSITIVE_INFINITY;
  }

  /** Whether tokens come late, because its streams ask for more than its processors can do. */
  get isLate(): boolean {
    return this.streams * this.#load.tokensPerSecond > this.#figures.chunksPerSecond;
  }

  isServing(nowSecs: number): boolean {
    return nowSecs >= this.readyAtSecs && nowSecs < this.#deletedAtSecs + ENDPOINTS_SECS;
  }

  isGone(nowSecs: number): boolean {
    return this.isDeleted && (this.streams < 1e-9 || nowSecs > this.#deletedAtSecs + this.#times.drainSecs);
  }

  delete(nowSecs: number): void {
    this.#deletedAtSecs = nowSecs;
  }

  /** A second goes by, in which so many streams come. */
  advance(nowSecs: number, arriving: number): void {
    this.streams -= this.#ending.shift() ?? 0;
    const taken = Math.max(0, Math.min(arriving, this.#figures.streamsMax - this.streams));
    this.refused += arriving - taken;
    this.streams += taken;
    while (this.#ending.length < this.#load.seconds) this.#ending.push(0);
    this.#ending[this.#load.seconds - 1]! += taken;
    if (nowSecs >= this.#deletedAtSecs + this.#times.drainSecs) this.#cutAll();
    this.#mostStreams = Math.max(this.#mostStreams, this.streams);
    const { cpuSecsPerChunk, limitCpus } = this.#figures;
    this.#cpuSecs += Math.min(limitCpus, this.streams * this.#load.tokensPerSecond * cpuSecsPerChunk);
    this.#sample(nowSecs);
  }

  #cutAll(): void {
    this.cut += this.streams;
    this.streams = 0;
    this.#ending.fill(0);
  }

  #sample(nowSecs: number): void {
    if (nowSecs < this.runningAtSecs) return;
    if (modulo(nowSecs) === METRICS_SERVER_PHASE_SECS) {
      // The first look is where a mean begins: only the second has one.
      this.#resourcesAtSecs = nowSecs;
      this.#cpuSample = this.#cpuSecs / SCRAPE_SECS;
      // What a process has had it keeps.
      this.#memorySample = this.#figures.idleBytes + this.#mostStreams * this.#figures.bytesPerStream;
      this.#cpuSecs = 0;
    }
    if (modulo(nowSecs) === this.#prometheusPhaseSecs) {
      this.#streamsAtSecs = nowSecs;
      this.#streamSample = this.streams;
    }
  }

  /** What the autoscaler reads of a metric: in per cent of the request, or in streams. */
  reading(metric: 'cpu' | 'memory' | 'streams', nowSecs: number): PodReading {
    if (nowSecs < this.runningAtSecs) return 'unready';
    if (metric === 'streams') return Number.isFinite(this.#streamsAtSecs) ? this.#streamSample : 'missing';
    if (this.#resourcesAtSecs < this.runningAtSecs) return 'missing';
    const { requestedBytes, requestedCpus } = this.#figures;
    if (metric === 'memory') return (100 * this.#memorySample) / requestedBytes;
    if (this.#resourcesAtSecs < this.runningAtSecs + SCRAPE_SECS) return 'missing';
    const isYoung = nowSecs < this.#createdAtSecs + CPU_INITIALIZATION_SECS;
    if (isYoung && this.#resourcesAtSecs < this.readyAtSecs + SCRAPE_SECS) return 'unready';
    return (100 * this.#cpuSample) / requestedCpus;
  }
}

function modulo(secs: number): number {
  return ((secs % SCRAPE_SECS) + SCRAPE_SECS) % SCRAPE_SECS;
}
