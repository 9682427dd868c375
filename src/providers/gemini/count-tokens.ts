/** POST models/{model}:countTokens: contents alone, or a whole request with its system instruction, tools and cached content. */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import { TokenMeter } from '../prompt-meter.js';
import type { ApiVersion } from './api-version.js';
import { recallCachedContent } from './cached-content-store.js';
import { contentViolations } from './content-rules.js';
import { invalidFields } from './errors.js';
import { checkRequest } from './generate-request.js';
import { jsonHeaders } from './headers.js';
import { type CountTokensRequest, countTokensMessage, type GenerateContentRequest } from './messages/requests.js';
import { findModel } from './model-lookup.js';
import { traitsOf } from './model-traits.js';
import { countPrompt } from './prompt-tokens.js';
import { readMessage } from './proto/proto-reader.js';
import { TokenCount } from './token-count.js';
import { prettyJson } from './wire-json.js';

/** What the plan counts with, and the reply's own type. */
const INT32_MAX = 2 ** 31 - 1;

export function countTokens(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.count_tokens`,
    contentName: 'gemini.models.count_tokens',
    method: 'POST',
    paths: [`/${version}/models/:model`],
    verb: 'countTokens',
    takesBody: 'optional',
    limitPool: 'token_counting',
    description: {
      summary: 'Count the tokens of a prompt',
      requestSchema: 'CountTokensRequest',
      replySchema: 'CountTokensResponse',
    },
    answer: (call, simulation) => answer(call, version, simulation),
  };
}

function answer(call: ApiRequest, version: ApiVersion, simulation: Simulation): void {
  const { contents, generateContentRequest } = readMessage<CountTokensRequest>(countTokensMessage, call.body, version);
  const { model: modelName } = call.parameters;
  const model = findCountingModel(modelName, version, simulation);
  simulation.plan.modelIndex = model.index;
  if (generateContentRequest === undefined) checkContents(contents);
  else checkRequest(generateContentRequest);
  const request: GenerateContentRequest = generateContentRequest ?? { contents };
  const { cachedContent, generationConfig } = request;
  const cache =
    cachedContent === undefined
      ? undefined
      : recallCachedContent(cachedContent, request, modelName, version, simulation);
  const cached = TokenCount.of(cache?.details ?? []);
  const meter = new TokenMeter(simulation.tokenizerOf(model));
  const own = countPrompt(request, meter, traitsOf(modelName), generationConfig?.mediaResolution);
  const prompt = cached.plus(own);
  simulation.plan.promptTokens = Math.min(prompt.total, INT32_MAX);
  const document = {
    totalTokens: Math.min(prompt.total, INT32_MAX),
    ...(cached.total > 0 && { cachedContentTokenCount: cached.total }),
    promptTokensDetails: prompt.details(),
    ...(cached.total > 0 && { cacheTokensDetails: cached.details() }),
  };
  simulation.plan.whole(200, jsonHeaders(0), `${prettyJson(document)}\n`, 0);
}

function checkContents(contents: CountTokensRequest['contents']): void {
  const violations = contentViolations(contents, 'CountTokensRequest.contents');
  if (violations.length > 0) throw invalidFields(violations);
}

/** Embedding models count as well. */
function findCountingModel(name: string, version: ApiVersion, simulation: Simulation): ModelFacts {
  const model = simulation.findModel(name);
  return model?.kind === 'embedding' ? model : findModel(name, 'chat', 'countTokens', version, simulation);
}
