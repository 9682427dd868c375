/** The model that serves a name which nobody configured, where simulation.unknown_models accepts every name. */
import { withDefaults } from './merge.js';
import type { ModelConfiguration } from './schema/configuration.js';
import { modelSchema } from './schema/models.js';
import type { ModelEntry } from './snapshot.js';

/** Every key at its default but the kind. */
export function defaultModel(kind: ModelConfiguration['kind']): Omit<ModelEntry, 'index' | 'name'> {
  const model = withDefaults(modelSchema, { kind }) as ModelConfiguration;
  return { ...model, dialect: 'openai' };
}
