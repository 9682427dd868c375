/** The server's configuration for a stage, and the two that are wrong on purpose. JSON is YAML. */
import { baseConfiguration } from '../streams/servers.js';
import type { Plant } from './options.js';
import type { Stage } from './stage.js';

/** "slow" takes so many times as long. */
const SLOW_SCALE = 1.03;

export interface ServerConfiguration {
  readonly simulation: object;
  readonly providers: { readonly [model: string]: unknown };
}

export function serverConfiguration(stage: Stage, transport: string): ServerConfiguration {
  return { ...baseConfiguration(stage.streams, transport), providers: stage.providers };
}

export function planted(configuration: ServerConfiguration, plant: Plant): ServerConfiguration {
  if (plant === 'slow')
    return { ...configuration, simulation: { ...configuration.simulation, time_scale: SLOW_SCALE } };
  if (plant === 'none') return configuration;
  const entries = Object.entries(configuration.providers);
  const swapped = entries.map(([name], index) => [name, entries[(index + 1) % entries.length]![1]]);
  return { ...configuration, providers: Object.fromEntries(swapped) };
}
