/**
 * POST models/{model}:embedContent and :batchEmbedContents. As with the real models of these names, a shorter vector is the beginning of the
 * long one, normalised again by gemini-embedding-2 only; the older ones say so and leave it to the client. Only the new one counts tokens.
 */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import type { ApiVersion } from './api-version.js';
import { partViolations } from './content-rules.js';
import { invalidFields } from './errors.js';
import { jsonHeaders } from './headers.js';
import {
  type BatchEmbedContentsRequest,
  batchEmbedContentsMessage,
  type EmbedContentRequest,
  embedContentMessage,
} from './messages/requests.js';
import { findModel } from './model-lookup.js';
import { readMessage } from './proto/proto-reader.js';
import { prettyJson } from './wire-json.js';

/** The API's own bound on a batch. */
const BATCH_MAX = 100;
/** Values are written with so many decimals: what a 32-bit number of their size holds. */
const DECIMALS_FACTOR = 1e9;
const NEW_MODEL = /^gemini-embedding-2/;

export function embedContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.embed_content`,
    contentName: 'gemini.models.embed_content',
    method: 'POST',
    paths: [`/${version}/models/:model`],
    verb: 'embedContent',
    takesBody: 'optional',
    limitPool: 'model',
    description: {
      summary: 'Embed a content',
      requestSchema: 'EmbedContentRequest',
      replySchema: 'EmbedContentResponse',
    },
    answer: (call, simulation) => {
      const request = readMessage<EmbedContentRequest>(embedContentMessage, call.body, version);
      const model = embeddingModel(call, version, simulation);
      check(embedViolations(request, 'EmbedContentRequest', model));
      const [embedding] = embedAll([request], model, simulation);
      reply({ embedding }, model, simulation);
    },
  };
}

export function batchEmbedContents(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.batch_embed_contents`,
    contentName: 'gemini.models.batch_embed_contents',
    method: 'POST',
    paths: [`/${version}/models/:model`],
    verb: 'batchEmbedContents',
    takesBody: 'optional',
    limitPool: 'model',
    description: {
      summary: 'Embed several contents',
      requestSchema: 'BatchEmbedContentsRequest',
      replySchema: 'BatchEmbedContentsResponse',
    },
    answer: (call, simulation) => {
      const { requests = [] } = readMessage<BatchEmbedContentsRequest>(batchEmbedContentsMessage, call.body, version);
      const model = embeddingModel(call, version, simulation);
      check(batchViolations(requests, call.parameters.model, model));
      reply({ embeddings: embedAll(requests, model, simulation) }, model, simulation);
    },
  };
}

function embeddingModel(call: ApiRequest, version: ApiVersion, simulation: Simulation): ModelFacts {
  const model = findModel(call.parameters.model, 'embedding', 'embedContent', version, simulation);
  simulation.plan.modelIndex = model.index;
  return model;
}

function check(violations: readonly string[]): void {
  if (violations.length > 0) throw invalidFields(violations);
}

function batchViolations(requests: readonly EmbedContentRequest[], modelName: string, model: ModelFacts): string[] {
  const path = 'BatchEmbedContentsRequest.requests';
  if (requests.length === 0) return [`${path}: requests is not specified`];
  if (requests.length > BATCH_MAX) return [`${path}: at most ${BATCH_MAX} requests can be in one batch`];
  return requests.flatMap((request, index) => {
    const place = `${path}[${index}]`;
    if (!request.model?.startsWith('models/')) return [`${place}.model: unexpected model name format`];
    if (request.model !== `models/${modelName}`) {
      return [`${place}.model: must be the same as the model of the batch, models/${modelName}`];
    }
    return embedViolations(request, place, model);
  });
}

function embedViolations(request: EmbedContentRequest, path: string, model: ModelFacts): string[] {
  const { content, title, taskType, outputDimensionality: dimensions } = request;
  const violations = content === undefined ? [`${path}.content: content is not specified`] : [];
  if (content !== undefined) violations.push(...partViolations(content, `${path}.content`));
  if (title !== undefined && title !== '' && taskType !== 'RETRIEVAL_DOCUMENT') {
    violations.push(`${path}.title: only allowed when task_type is RETRIEVAL_DOCUMENT`);
  }
  if (dimensions !== undefined && (dimensions < 1 || dimensions > model.embeddingDimensions)) {
    violations.push(`${path}.output_dimensionality: must be in the range [1, ${model.embeddingDimensions}]`);
  }
  return violations;
}

/** Replies in the order of the requests, and counts their tokens. */
function embedAll(
  requests: readonly EmbedContentRequest[],
  model: ModelFacts,
  simulation: Simulation,
): { readonly values: readonly number[] }[] {
  const tokenizer = simulation.tokenizerOf(model);
  let promptTokens = 0;
  const embeddings = requests.map((request) => {
    const text = textOf(request);
    promptTokens += tokenizer.count(text);
    const { outputDimensionality: dimensions = model.embeddingDimensions } = request;
    const whole = simulation.embed(model, text, NEW_MODEL.test(model.name) ? dimensions : model.embeddingDimensions);
    return { values: Array.from(whole.subarray(0, dimensions), rounded) };
  });
  simulation.plan.promptTokens = promptTokens;
  return embeddings;
}

function textOf({ content, title = '' }: EmbedContentRequest): string {
  const texts = [title, ...(content?.parts ?? []).map((part) => part.text ?? '')];
  return texts.filter((text) => text !== '').join('\n');
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS_FACTOR) / DECIMALS_FACTOR;
}

function reply(embeddings: object, model: ModelFacts, simulation: Simulation): void {
  const { promptTokens: tokenCount } = simulation.plan;
  const workedUs = simulation.processingUs(model, tokenCount);
  const usageMetadata = {
    promptTokenCount: tokenCount,
    promptTokenDetails: tokenCount > 0 ? [{ modality: 'TEXT', tokenCount }] : [],
  };
  const document = NEW_MODEL.test(model.name) ? { ...embeddings, usageMetadata } : embeddings;
  simulation.plan.whole(200, jsonHeaders(workedUs), `${prettyJson(document)}\n`, workedUs);
}
