/**
 * The part `soak`: a mixed load far below capacity for half an hour, with streams of several dialects, whole replies, wrong requests,
 * clients that leave and faults, while memory, files, lateness and what is in progress are sampled. A series grows when the interval of its
 * slope lies above zero and the slope above what is allowed; after a warm-up, in which stores fill up to their bounds.
 */
import { faultOf } from '../../src/faults/fault.js';
import { beyond } from '../../src/faults/transport-needs.js';
import { sendMixture } from '../conservation/client.js';
import { spoiltConfiguration } from '../conservation/configuration.js';
import { startConfigured } from '../streams/servers.js';
import { digits, type PartContext } from './part.js';
import { type Slope, slopeOf } from './regression.js';
import { type SampledSeries, SoakSampler, sampledSeries } from './soak-sampler.js';

export interface SoakSlope extends Slope {
  readonly series: SampledSeries;
  /** Per hour: a slope below it is not growth. */
  readonly allowed: number;
  readonly grows: boolean;
}

export interface SoakResult {
  readonly minutes: number;
  readonly warmUpMinutes: number;
  readonly acceptors: number;
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** What clients saw: how replies ended, and their status. */
  readonly ends: { readonly [end: string]: number };
  readonly statuses: { readonly [status: string]: number };
  readonly stepSeconds: number;
  readonly series: { readonly [name in SampledSeries]: readonly number[] };
  readonly slopes: readonly SoakSlope[];
  readonly grows: boolean;
}

const ACCEPTORS = 2;
/**
 * Full collections come after a fifth of growth. The server itself lets a heap triple first, so half an hour of it shows garbage that has not
 * been collected yet, and not what is held.
 */
const COLLECTS_OFTEN = '--heap-growing-percent=20';
/** Requests that are sent each second, whatever became of those before. */
const REQUESTS_PER_SECOND = 40;
/** Replies take a fifth of the time that the models' configuration says. */
const TIME_SCALE = 0.2;
const PLACES = 2_000;
const JOURNAL_ENTRIES = 1_000;
/** Stored responses: the bound is reached within the warm-up. */
const STATE_ENTRIES = 500;
/** Resident memory still rises for some ten minutes: heaps, arenas of malloc and caches take their places. */
const WARM_UP_SHARE = 1 / 2;
/** Points that a series is averaged to. */
const POINTS_MAX = 360;
const BATCH_MS = 1_000;

export async function measureSoak(context: PartContext): Promise<SoakResult> {
  const minutes = context.extent.soakMinutes;
  const server = await startConfigured(configurationOf(context), context.folder, {
    cores: undefined,
    acceptors: ACCEPTORS,
    nodeOptions: [COLLECTS_OFTEN],
  });
  const seen = new Tally();
  try {
    const sampler = new SoakSampler(server);
    const requests = await runLoad(server.port, minutes, seen, (left) => {
      context.progress(`${Math.ceil(left)} s left; ${sampler.describe()}`);
      sampler.sample();
    });
    await sampler.settle();
    const { stepSeconds, series } = sampler.averaged(POINTS_MAX);
    return resultOf(minutes, requests, seen, stepSeconds, series);
  } finally {
    await server.stop();
  }
}

/** The conservation check's, with what the transport can do of its faults. */
function configurationOf({ transport }: PartContext): object {
  const spoilt = spoiltConfiguration(PLACES, JOURNAL_ENTRIES, ACCEPTORS) as SpoiltSections;
  const rules = spoilt.faults.rules.filter(({ fault }) => beyond(transport, faultOf(fault)) === undefined);
  return {
    ...spoilt,
    faults: { rules },
    server: { ...spoilt.server, transport, shutdown_timeout_secs: 5 },
    simulation: { ...spoilt.simulation, time_scale: TIME_SCALE },
    state: { max_entries: STATE_ENTRIES },
  };
}

interface SpoiltSections {
  readonly [section: string]: object;
  readonly faults: { readonly rules: readonly { readonly fault: string }[] };
}

/** Counts what clients saw. */
class Tally {
  readonly ends: { [end: string]: number } = {};
  readonly statuses: { [status: string]: number } = {};

  add(end: string, status: number): void {
    this.ends[end] = (this.ends[end] ?? 0) + 1;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }
}

/**
 * Sends a batch each second until the time is over, and waits for the last replies.
 * @param eachSecond called with the seconds that are left
 * @returns how many requests were sent
 * @throws Error when a request got no end
 */
async function runLoad(
  port: number,
  minutes: number,
  seen: Tally,
  eachSecond: (left: number) => void,
): Promise<number> {
  const batches = Math.max(2, Math.round((minutes * 60_000) / BATCH_MS));
  const open = new Set<Promise<void>>();
  let failure: unknown;
  const startMs = performance.now();
  for (let batch = 0; batch < batches && failure === undefined; batch++) {
    const from = batch * REQUESTS_PER_SECOND;
    const sent = sendMixture(port, from, REQUESTS_PER_SECOND, REQUESTS_PER_SECOND)
      .then((replies) => {
        for (const { end, status } of replies) seen.add(end, status);
      })
      .catch((error) => {
        failure ??= error;
      })
      .finally(() => open.delete(sent));
    open.add(sent);
    eachSecond(((batches - batch) * BATCH_MS) / 1_000);
    const nextMs = startMs + (batch + 1) * BATCH_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, nextMs - performance.now())));
  }
  await Promise.all(open);
  if (failure !== undefined) throw failure;
  return batches * REQUESTS_PER_SECOND;
}

function resultOf(
  minutes: number,
  requests: number,
  seen: Tally,
  stepSeconds: number,
  series: SoakResult['series'],
): SoakResult {
  const slopes = sampledSeries.flatMap(({ name, allowedPerHour }) => {
    const values = series[name];
    const slope = slopeOf(values.slice(Math.floor(values.length * WARM_UP_SHARE)), stepSeconds);
    if (slope === undefined) return [];
    const grows = slope.low > 0 && slope.perHour > allowedPerHour;
    const rounded = {
      perHour: digits(slope.perHour, 3),
      low: digits(slope.low, 3),
      high: digits(slope.high, 3),
      mean: digits(slope.mean, 4),
    };
    return [{ series: name, ...rounded, allowed: allowedPerHour, grows }];
  });
  return {
    minutes,
    warmUpMinutes: digits(minutes * WARM_UP_SHARE, 3),
    acceptors: ACCEPTORS,
    requestsPerSecond: REQUESTS_PER_SECOND,
    requests,
    ends: seen.ends,
    statuses: seen.statuses,
    stepSeconds,
    series,
    slopes,
    grows: slopes.some(({ grows }) => grows),
  };
}
