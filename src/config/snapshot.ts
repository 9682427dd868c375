/**
 * A snapshot: one generation of the configuration, frozen, with everything resolved that would otherwise be decided anew in
 * every process and thread. It is plain data: it can be sent as JSON or by structured clone and means the same there (only the
 * freezing stays behind). Name look-up is not part of it; modelFinder builds that on either side.
 */
import type { ReadonlyDeep } from '../kernel/readonly-deep.js';
import type { Certificate } from './certificate.js';
import { type Dialect, dialectOf } from './dialects.js';
import { ModelFinder } from './model-names.js';
import type { Configuration, ModelConfiguration } from './schema/configuration.js';

/** An enabled model; `dialect` is never absent. */
export type ModelEntry = ReadonlyDeep<Omit<ModelConfiguration, 'dialect'>> & {
  /** Position of its name in the snapshot's modelNames: the same in every generation of one run. */
  readonly index: number;
  readonly name: string;
  readonly dialect: Dialect;
};

export interface ConfigurationSnapshot {
  /** Counts up with every reload. */
  readonly generation: number;
  /** The seed in effect: the configured one, or the one drawn for `seed: null`. */
  readonly seed: number;
  readonly configuration: ReadonlyDeep<Omit<Configuration, 'certificate' | 'traces'>>;
  /** What `server.tls` names; undefined where it is not enabled. */
  readonly certificate?: Certificate;
  /** The rows of the traces that models name, by their keys: see trace-key.ts. */
  readonly traces: ReadonlyDeep<NonNullable<Configuration['traces']>>;
  /** The enabled models, sorted by name (by code unit, so that every machine agrees). */
  readonly models: readonly ModelEntry[];
  /** Every name that is or was a model's, by index: those of earlier generations keep their places, new ones follow. */
  readonly modelNames: readonly string[];
}

/** What an index of two bytes can tell apart, less the one that stands for no model. */
export const MODEL_NAMES_MAX = 65_534;

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

/**
 * Expects a configuration from loadConfiguration, which stays unchanged. `randomSeed` (an integer from 0 to 2^53-1) is used for
 * `seed: null`; whoever makes several snapshots in one run hands in the same one, so that a reload does not change the seed.
 * @param earlierNames modelNames of the generation before
 * @throws RangeError when there are more than MODEL_NAMES_MAX names over all generations
 */
export function createSnapshot(
  configuration: Configuration,
  generation: number,
  randomSeed: number,
  earlierNames: readonly string[] = [],
): ConfigurationSnapshot {
  const { certificate, traces = {}, ...own } = structuredClone(configuration);
  const enabled = Object.entries(own.providers)
    .filter(([, model]) => model.enabled)
    .sort(byName);
  const modelNames = [...new Set([...earlierNames, ...enabled.map(([name]) => name)])];
  if (modelNames.length > MODEL_NAMES_MAX) throw new RangeError(`${modelNames.length} names of models`);
  const indices = new Map(modelNames.map((name, index) => [name, index]));
  const models = enabled.map(([name, model]) => {
    return { ...model, index: indices.get(name) as number, name, dialect: model.dialect ?? dialectOf(name) };
  });
  return deepFreeze({
    generation,
    seed: own.simulation.seed ?? randomSeed,
    configuration: own,
    ...(certificate === undefined ? {} : { certificate }),
    traces,
    models,
    modelNames,
  });
}

/** The look-up from a requested name to the model that serves it; build it once per snapshot. */
export function modelFinder(snapshot: ConfigurationSnapshot): ModelFinder<ModelEntry> {
  return new ModelFinder(snapshot.models);
}
