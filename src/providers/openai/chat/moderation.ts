/**
 * What a moderation model says of a chat's prompt and reply. Shape: ChatCompletionModeration of OpenAI's published OpenAPI document. Scores
 * are reported; nothing is blocked.
 */
import type { Simulation } from '../../contract.js';
import { type GeneratedChoice, textOf } from '../../generation.js';
import type { ModerationInput } from '../moderations/moderation-request.js';
import { verdictError, verdictOn } from '../moderations/moderation-verdict.js';
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
  const judge = (inputs: readonly ModerationInput[]) => judged(inputs, moderationModel, simulation);
  return { input: judge([prompt]), output: judge(replies) };
}

function judged(inputs: readonly ModerationInput[], name: string, simulation: Simulation): object {
  const error = verdictError(name, simulation);
  if (error !== undefined) return error;
  const results = inputs.map((input) => verdictOn(input, name, simulation));
  return { type: 'moderation_results', model: name + simulation.modelSuffix, results };
}
