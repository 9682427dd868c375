/**
 * What a moderation model says inside the reply of a model that it watches. Shapes: ModerationResultBody and ModerationErrorBody of
 * OpenAI's published OpenAPI document, of which those of chat completions are made as well.
 */
import type { Simulation } from '../../contract.js';
import { shown } from '../errors.js';
import type { ModerationInput } from './moderation-request.js';
import { moderationResult } from './moderations.js';

/** Why nothing can be judged by the model; undefined where it can. */
export function verdictError(model: string, simulation: Simulation): object | undefined {
  if (simulation.findModel(model, 'moderation')?.kind === 'moderation') return undefined;
  return { type: 'error', code: 'model_not_found', message: `The model '${shown(model)}' does not exist.` };
}

/** @param model for which there is no verdictError */
export function verdictOn(input: ModerationInput, model: string, simulation: Simulation): object {
  const served = model + simulation.modelSuffix;
  return { type: 'moderation_result', model: served, ...moderationResult(input, false, simulation) };
}
