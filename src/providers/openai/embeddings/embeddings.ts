/**
 * POST /v1/embeddings: one unit vector per input, as numbers or as base64 of little-endian float32. Shape: CreateEmbeddingResponse of
 * OpenAI's published OpenAPI document. The reply is put together as text, because a batch has millions of numbers.
 */
import type { Tokenizer } from '../../../content/contract.js';
import { vectorToBase64, vectorToJson } from '../../../kernel/float32-vectors.js';
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../../contract.js';
import { modelNotFound } from '../errors.js';
import { replyHeaders } from '../identity.js';
import {
  dimensionsNotSupported,
  type EmbeddingInput,
  type EmbeddingRequest,
  type EncodingFormat,
  inputTooLong,
  invalidInput,
  notAnEmbeddingModel,
  parseEmbeddingRequest,
  tooManyDimensions,
  tooManyTokens,
} from './embedding-request.js';

/** Of all inputs of a request together. */
const TOKENS_PER_REQUEST_MAX = 300_000;

/** Models before text-embedding-3, which have no vectors that could be shortened. */
const FIXED_DIMENSIONS = /^text-(?:embedding|search|similarity)-(?:ada|babbage|curie|davinci)-/;

export const embeddings: Endpoint = {
  name: 'openai.embeddings',
  method: 'POST',
  paths: ['/v1/embeddings'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Create embeddings',
    requestSchema: 'CreateEmbeddingRequest',
    replySchema: 'CreateEmbeddingResponse',
  },
  answer: answerEmbeddings,
};

function answerEmbeddings(call: ApiRequest, simulation: Simulation): void {
  const request = parseEmbeddingRequest(call.body);
  const model = simulation.findModel(request.model, 'embedding');
  if (model === undefined) throw modelNotFound(request.model);
  // Set before anything can be rejected, so that a rejection is counted for its model.
  simulation.plan.modelIndex = model.index;
  if (model.kind !== 'embedding') throw notAnEmbeddingModel();
  const dimensions = dimensionsOf(request, model);
  const tokenizer = simulation.tokenizerOf(model);
  const tokens = countTokens(request.inputs, model, tokenizer);
  simulation.plan.promptTokens = tokens;

  const data = request.inputs.map((input, index) => {
    const vector = simulation.embed(model, textOf(input, tokenizer), dimensions);
    return `{"object":"embedding","index":${index},"embedding":${vectorText(vector, request.format)}}`;
  });
  const name = JSON.stringify(request.model + simulation.modelSuffix);
  const usage = `{"prompt_tokens":${tokens},"total_tokens":${tokens}}`;
  const reply = `{"object":"list","data":[${data.join(',')}],"model":${name},"usage":${usage}}`;
  const processingUs = simulation.processingUs(model, tokens);
  simulation.plan.whole(200, replyHeaders('application/json', processingUs, simulation, call), reply, processingUs);
}

function dimensionsOf({ dimensions }: EmbeddingRequest, model: ModelFacts): number {
  if (dimensions === undefined) return model.embeddingDimensions;
  if (FIXED_DIMENSIONS.test(model.name)) throw dimensionsNotSupported();
  if (dimensions > model.embeddingDimensions) throw tooManyDimensions(dimensions, model.embeddingDimensions);
  return dimensions;
}

/** Counts all inputs' tokens. @throws ApiError for an input, or all of them, with too many, and for a token that does not exist */
function countTokens(inputs: readonly EmbeddingInput[], model: ModelFacts, tokenizer: Tokenizer): number {
  let sum = 0;
  for (const input of inputs) {
    const tokens = typeof input === 'string' ? tokenizer.count(input) : input.length;
    if (tokens > model.contextWindowTokens) throw inputTooLong(tokens, model.contextWindowTokens);
    if (typeof input !== 'string' && !input.every((id) => id < tokenizer.idCount)) throw invalidInput();
    sum += tokens;
  }
  if (sum > TOKENS_PER_REQUEST_MAX) throw tooManyTokens(sum, TOKENS_PER_REQUEST_MAX);
  return sum;
}

function textOf(input: EmbeddingInput, tokenizer: Tokenizer): string {
  return typeof input === 'string' ? input : tokenizer.decode(input);
}

function vectorText(vector: Float32Array, format: EncodingFormat): string {
  return format === 'base64' ? `"${vectorToBase64(vector)}"` : vectorToJson(vector);
}
