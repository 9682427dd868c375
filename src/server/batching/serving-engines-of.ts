/** The serving engines that the configuration describes. */
import { batchingParameters } from '../../config/batching-parameters.js';
import type { ConfigurationSnapshot, ModelEntry } from '../../config/snapshot.js';
import { ServingEngine } from '../../engine/batching/serving-engine.js';
import type { Clock } from '../../kernel/clock.js';
import { ServingEngines } from './serving-engines.js';

/** Whether any model has an engine. Where all is answered at once, none has. */
export function isBatched(snapshot: ConfigurationSnapshot): boolean {
  return batchedModels(snapshot).length > 0;
}

/** @param clock what all times are of; undefined when no model has an engine */
export function servingEnginesOf(snapshot: ConfigurationSnapshot, clock: Clock): ServingEngines | undefined {
  if (!isBatched(snapshot)) return undefined;
  const { time_scale: timeScale } = snapshot.configuration.simulation;
  const models = batchedModels(snapshot).map(({ index, latency, name }) => ({
    index,
    name,
    engine: new ServingEngine(batchingParameters(latency.batching), timeScale),
  }));
  return new ServingEngines(models, clock);
}

function batchedModels({ configuration, models }: ConfigurationSnapshot): readonly ModelEntry[] {
  if (configuration.simulation.time_scale === 0) return [];
  return models.filter(({ latency }) => latency.batching.enabled);
}
