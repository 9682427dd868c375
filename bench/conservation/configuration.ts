/** A server that does everything that can go wrong: each kind of fault now and then, rate limits, and fewer places than clients, of whom few may wait. */
import { faultNames } from '../../src/faults/registry.js';
import { LIMITED_KEY } from './mixture.js';

/** Of each kind; some 35 % of requests have one. */
const FAULT_CHANCE = 0.012;
/** So that holds of half a minute take 60 ms, and a stream as many. */
const TIME_SCALE = 0.002;

/** Requests that may wait for a place: so few that some are refused, and some have to make room for another client's. */
const WAITING = 4;

/**
 * @param places requests that are served at a time
 * @param entries of each process's journal
 */
export function spoiltConfiguration(places: number, entries: number, processes = 1): object {
  return {
    server: { host: '127.0.0.1', port: 0, transport: 'node', workers: processes },
    simulation: {
      seed: 7,
      time_scale: TIME_SCALE,
      concurrency: { max_concurrent_requests: places, queue_size: WAITING },
    },
    faults: {
      rules: faultNames.map((kind) => ({
        name: kind,
        fault: kind,
        probability: FAULT_CHANCE,
      })),
    },
    rate_limits: {
      enabled: true,
      default_tier: 'wide',
      tiers: {
        wide: { limits: [{ models: ['*'], requests_per_minute: 1_000_000 }] },
        narrow: { limits: [{ models: ['*'], requests_per_minute: 20 }] },
      },
      keys: [{ api_key: LIMITED_KEY, tier: 'narrow' }],
    },
    telemetry: { logging: { level: 'error' }, metrics: { prometheus_port: 0 }, journal: { capacity: entries } },
  };
}
