/** The server's configuration for a stage, and the two that are wrong on purpose. JSON is YAML. */
import type { Plant } from './options.js';
import type { Stage } from './stage.js';

/** Above the number of streams, for connections that are just closing. */
const SPARE_STREAMS = 100;
/** "slow" takes so many times as long. */
const SLOW_SCALE = 1.03;

export interface ServerConfiguration {
  readonly simulation: object;
  readonly providers: { readonly [model: string]: unknown };
}

export function serverConfiguration(stage: Stage, transport: string): ServerConfiguration {
  const streamsMax = stage.streams + SPARE_STREAMS;
  const server = {
    host: '127.0.0.1',
    port: 0,
    workers: 1,
    transport,
    max_connections: streamsMax,
    shutdown_timeout_secs: 0,
  };
  return {
    ...{ server, telemetry: { logging: { level: 'error' }, metrics: { prometheus_port: 0 } } },
    simulation: { seed: 1, concurrency: { max_concurrent_requests: streamsMax } },
    providers: stage.providers,
  };
}

export function planted(configuration: ServerConfiguration, plant: Plant): ServerConfiguration {
  if (plant === 'slow')
    return { ...configuration, simulation: { ...configuration.simulation, time_scale: SLOW_SCALE } };
  if (plant === 'none') return configuration;
  const entries = Object.entries(configuration.providers);
  const swapped = entries.map(([name], index) => [name, entries[(index + 1) % entries.length]![1]]);
  return { ...configuration, providers: Object.fromEntries(swapped) };
}
