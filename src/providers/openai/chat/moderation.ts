/**
 * What a moderation model says of a chat's prompt and reply. Shape: ChatCompletionModeration of OpenAI's published OpenAPI document. Scores
 * are reported; nothing is blocked.
 */
import type { Simulation } from '../../contract.js';
import { type GeneratedChoice, textOf } from '../../generation.js';
import { moderationResult } from '../moderations/moderations.js';
import type { ChatRequest } from './chat-request.js';

/** Undefined where the request asks for no moderation. */
export function moderationOf(
  { moderationModel, messages }: ChatRequest,
  choices: readonly GeneratedChoice[],
  simulation: Simulation,
): object | undefined {
  if (moderationModel === undefined) return undefined;
  const fromUser = messages.filter(({ role }) => role === 'user');
  const images = fromUser.flatMap(({ media }) => media.flatMap((part) => (part.kind === 'image' ? [part.url] : [])));
  const prompt = { texts: fromUser.flatMap(({ texts }) => texts), imageUrls: images };
  const replies = choices.map((choice) => ({ texts: [textOf(choice, 'text')], imageUrls: [] }));
  const judge = (inputs: readonly { readonly texts: readonly string[]; readonly imageUrls: readonly string[] }[]) =>
    judged(inputs, moderationModel, simulation);
  return { input: judge([prompt]), output: judge(replies) };
}

function judged(
  inputs: readonly { readonly texts: readonly string[]; readonly imageUrls: readonly string[] }[],
  name: string,
  simulation: Simulation,
): object {
  const model = simulation.findModel(name, 'moderation');
  if (model === undefined || model.kind !== 'moderation') {
    return { type: 'error', code: 'model_not_found', message: `The model '${name}' does not exist.` };
  }
  const served = name + simulation.modelSuffix;
  const results = inputs.map((input) => ({
    type: 'moderation_result',
    model: served,
    ...moderationResult(input, false, simulation),
  }));
  return { type: 'moderation_results', model: served, results };
}
