/**
 * What a moderation model says of a response's input and output. Shape: Moderation of OpenAI's published OpenAPI document. Scores are
 * reported; nothing is blocked.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { Simulation } from '../../contract.js';
import { type GeneratedChoice, textOf } from '../../generation.js';
import type { ModerationInput } from '../moderations/moderation-request.js';
import { verdictError, verdictOn } from '../moderations/moderation-verdict.js';
import { textsOf, userMessages } from './item-texts.js';

/** Undefined where the request asks for no moderation. @param body checked */
export function moderationOf(
  { moderation }: JsonObject,
  items: readonly JsonObject[],
  choice: GeneratedChoice,
  simulation: Simulation,
): JsonObject | undefined {
  if (!isObject(moderation)) return undefined;
  const model = String(moderation.model);
  const contents = userMessages(items).map(({ content }) => content);
  const input = { texts: contents.flatMap(textsOf), imageUrls: contents.flatMap(imageUrlsIn) };
  const output = { texts: [textOf(choice, 'text')], imageUrls: [] };
  const error = verdictError(model, simulation);
  const judge = (what: ModerationInput) => error ?? verdictOn(what, model, simulation);
  return { input: judge(input), output: judge(output) };
}

function imageUrlsIn(content: unknown): string[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap(({ image_url: url }: JsonObject) => (typeof url === 'string' ? [url] : []));
}
