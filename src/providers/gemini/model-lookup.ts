/** The model that a path names, or the API's own words for one that is not there or does something else. */
import type { ModelFacts, ModelKind, Simulation } from '../contract.js';
import type { ApiVersion } from './api-version.js';
import { notFound } from './errors.js';
import { modelNotFoundMessage } from './model-not-found.js';

/** @param method how the error calls what was asked of the model */
export function findModel(
  name: string,
  kind: ModelKind,
  method: string,
  version: ApiVersion,
  simulation: Simulation,
): ModelFacts {
  const model = simulation.findModel(name, kind);
  if (model?.kind === kind) return model;
  throw notFound(modelNotFoundMessage(name, method, version));
}
