/** The serving engines that the configuration describes. */
import { batchingParameters } from '../../config/batching-parameters.js';
import type { ConfigurationSnapshot, ModelEntry } from '../../config/snapshot.js';
import { ServingEngine } from '../../engine/batching/serving-engine.js';
import type { Clock } from '../../kernel/clock.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import { type BatchedModel, ServingEngines } from './serving-engines.js';

/** Whether any model has an engine. Where all is answered at once, none has. */
export function isBatched(snapshot: ConfigurationSnapshot): boolean {
  return batchedModels(snapshot).length > 0;
}

/** @param clock what all times are of */
export function servingEnginesOf(snapshot: ConfigurationSnapshot, clock: Clock): ServingEngines {
  return new ServingEngines(enginesOf(snapshot), clock);
}

/** Has the engines follow the configuration. */
export function reconfiguredEngines(engines: ServingEngines): Reconfigured {
  return { reconfigure: (snapshot) => engines.use(enginesOf(snapshot)) };
}

/** What ServingEngines takes for the snapshot. */
function enginesOf(snapshot: ConfigurationSnapshot): BatchedModel[] {
  const { time_scale: timeScale } = snapshot.configuration.simulation;
  return batchedModels(snapshot).map(({ index, latency, name }) => {
    const parameters = batchingParameters(latency.batching);
    const create = () => new ServingEngine(parameters, timeScale);
    return { index, name, engine: { key: JSON.stringify([parameters, timeScale]), create } };
  });
}

function batchedModels({ configuration, models }: ConfigurationSnapshot): readonly ModelEntry[] {
  if (configuration.simulation.time_scale === 0) return [];
  return models.filter(({ latency }) => latency.batching.enabled);
}
