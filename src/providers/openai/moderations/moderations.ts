/**
 * POST /v1/moderations: whether texts and images are objectionable, by category. Shape: CreateModerationResponse of OpenAI's published
 * OpenAPI document. What an image shows is not looked at: it is judged by the words of its URL.
 */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../../contract.js';
import { wrongType } from '../field-rules.js';
import { completionId, replyHeaders } from '../identity.js';
import { inputTooLong, type ModerationInput, noModerationModel, parseModerationRequest } from './moderation-request.js';

/** In the order of the real API's replies. */
const CATEGORIES = [
  'harassment',
  'harassment/threatening',
  'sexual',
  'hate',
  'hate/threatening',
  'illicit',
  'illicit/violent',
  'self-harm/intent',
  'self-harm/instructions',
  'self-harm',
  'sexual/minors',
  'violence',
  'violence/graphic',
];

/** The categories that images are judged by as well. */
const IMAGE_CATEGORIES: ReadonlySet<string> = new Set([
  'self-harm',
  'self-harm/intent',
  'self-harm/instructions',
  'sexual',
  'violence',
  'violence/graphic',
]);

/** The models before omni-moderation: they take no images and do not know these categories. */
const TEXT_ONLY = /^text-moderation\b/;
const UNKNOWN_TO_TEXT_ONLY: ReadonlySet<string> = new Set(['illicit', 'illicit/violent']);

/** A category with a higher score is flagged. */
const FLAG_THRESHOLD = 0.5;

/** Words of a URL are kept apart by what is no letter or digit; of a data URL only its type and length are read. */
const NO_WORD = /[^\p{L}\p{N}]+/gu;

export const moderations: Endpoint = {
  name: 'openai.moderations',
  method: 'POST',
  paths: ['/v1/moderations'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Classify texts and images by whether they are harmful',
    requestSchema: 'CreateModerationRequest',
    replySchema: 'CreateModerationResponse',
  },
  answer: answerModerations,
};

function answerModerations(call: ApiRequest, simulation: Simulation): void {
  const request = parseModerationRequest(call.body);
  const model = simulation.findModel(request.model, 'moderation');
  if (model === undefined) throw noModerationModel(request.model);
  // Set before anything can be rejected, so that a rejection is counted for its model.
  simulation.plan.modelIndex = model.index;
  if (model.kind !== 'moderation') throw noModerationModel(request.model);
  const isTextOnly = TEXT_ONLY.test(model.name);
  if (isTextOnly && request.isMultiModal) throw wrongType('input[0]', 'a string', {});
  const promptTokens = countTokens(request.inputs, model, simulation);
  simulation.plan.promptTokens = promptTokens;

  const reply = {
    id: completionId('modr', simulation),
    model: request.model + simulation.modelSuffix,
    results: request.inputs.map((input) => moderationResult(input, isTextOnly, simulation)),
  };
  const processingUs = simulation.processingUs(model, promptTokens);
  const headers = replyHeaders('application/json', processingUs, simulation, call);
  simulation.plan.whole(200, headers, JSON.stringify(reply), processingUs);
}

/** Counts the tokens of all texts. @throws ApiError for an input with more than the model takes */
function countTokens(inputs: readonly ModerationInput[], model: ModelFacts, simulation: Simulation): number {
  const tokenizer = simulation.tokenizerOf(model);
  let sum = 0;
  for (const { texts } of inputs) {
    let tokens = 0;
    for (const text of texts) tokens += tokenizer.count(text);
    if (tokens > model.contextWindowTokens) throw inputTooLong(tokens, model.contextWindowTokens);
    sum += tokens;
  }
  return sum;
}

type Scores = ReturnType<Simulation['moderate']>;

interface ModerationResult {
  readonly flagged: boolean;
  /** null: the model does not know the category. */
  readonly categories: Readonly<Record<string, boolean | null>>;
  readonly category_scores: Readonly<Record<string, number>>;
  readonly category_applied_input_types: Readonly<Record<string, readonly string[]>>;
}

/** Judges texts and images together: each category by the worst of those that it applies to. */
export function moderationResult(
  input: ModerationInput,
  isTextOnly: boolean,
  simulation: Simulation,
): ModerationResult {
  const ofTexts = input.texts.map((text) => simulation.moderate(text));
  const ofImages = input.imageUrls.map((url) => simulation.moderate(wordsOfUrl(url)));
  const categories: Record<string, boolean | null> = {};
  const scores: Record<string, number> = {};
  const inputTypes: Record<string, string[]> = {};
  for (const category of CATEGORIES) {
    const isKnown = !(isTextOnly && UNKNOWN_TO_TEXT_ONLY.has(category));
    const judgedTexts = isKnown ? ofTexts : [];
    const judgedImages = IMAGE_CATEGORIES.has(category) ? ofImages : [];
    inputTypes[category] = [...(judgedTexts.length > 0 ? ['text'] : []), ...(judgedImages.length > 0 ? ['image'] : [])];
    scores[category] = worst(category, judgedImages, worst(category, judgedTexts, 0));
    categories[category] = isKnown ? scores[category] > FLAG_THRESHOLD : null;
  }
  return {
    flagged: Object.values(categories).includes(true),
    categories,
    category_scores: scores,
    category_applied_input_types: inputTypes,
  };
}

function worst(category: string, all: readonly Scores[], least: number): number {
  return all.reduce((score, scores) => Math.max(score, scores[category]), least);
}

function wordsOfUrl(url: string): string {
  const words = /^data:/i.test(url) ? `${url.slice(0, url.indexOf(','))} ${url.length}` : url;
  return words.replace(NO_WORD, ' ');
}
