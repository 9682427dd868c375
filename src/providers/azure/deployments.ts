/**
 * Deployments: on Azure a request is for a deployment, which a customer has made of a model and named. Here every model that the
 * configuration names is deployed under its own name, and under names that extend it by a version.
 */
import type { ModelKind, Simulation } from '../contract.js';
import { deploymentNotFound, operationNotSupported } from './errors.js';

/** What a client wants of a deployment, as the gateway calls it, and which kind of model does it. */
export interface Operation {
  readonly name: string;
  readonly kind: ModelKind;
}

export const CHAT: Operation = { name: 'chatCompletion', kind: 'chat' };
export const COMPLETION: Operation = { name: 'completion', kind: 'completion' };
export const EMBEDDINGS: Operation = { name: 'embeddings', kind: 'embedding' };
export const RESPONSES: Operation = { name: 'responses', kind: 'chat' };

/** Azure writes this family without the dot, which its names of deployments did not take. */
const UNDOTTED = /^gpt-35-/;

/** The name by which OpenAI calls the deployment's model. */
export function modelOf(deployment: string): string {
  return deployment.replace(UNDOTTED, 'gpt-3.5-');
}

/** Throws what the gateway answers for a deployment that does not exist, or whose model does not do the operation. */
export function checkDeployment(name: string, operation: Operation, simulation: Simulation): void {
  const model = simulation.findModel(modelOf(name), operation.kind);
  if (model === undefined) throw deploymentNotFound();
  // Set before anything is rejected, so that a rejection is counted for its model.
  simulation.plan.modelIndex = model.index;
  if (model.kind !== operation.kind) throw operationNotSupported(operation.name, name);
}
