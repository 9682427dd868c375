/** GET models and models/{model}. Shape: Model of model.proto, as recorded; the names shown are made of the model's own. */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import type { ApiVersion } from './api-version.js';
import { badPayload, invalidArgument, notFound } from './errors.js';
import { jsonHeaders } from './headers.js';
import { traitsOf } from './model-traits.js';
import { readScalar } from './proto/scalars.js';
import { prettyJson } from './wire-json.js';

const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 1000;
/** A page's token says where it begins. */
const PAGE_TOKEN = /^models-from-(\d{1,9})$/;
const TOP_K = 64;
const TOP_K_OLD = 40;
/** As published for every model. */
const SAMPLING = { temperature: 1, topP: 0.95 };
const MAX_TEMPERATURE = 2;

export function listModels(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.list`,
    contentName: 'gemini.models.list',
    method: 'GET',
    paths: [`/${version}/models`],
    takesBody: false,
    description: {
      summary: 'List models',
      replySchema: 'ListModelsResponse',
      queryParameters: [
        { name: 'pageSize', description: 'How many models a page has at most: 50 unless given, up to 1000.' },
        { name: 'pageToken', description: 'nextPageToken of the page before.' },
      ],
    },
    answer: (call, simulation) => {
      const models = simulation.listModels();
      const first = firstOfPage(call, models.length);
      const end = first + pageSizeOf(call);
      const document = {
        models: models.slice(first, end).map((model) => modelResource(model.name, model)),
        ...(end < models.length && { nextPageToken: btoa(`models-from-${end}`) }),
      };
      reply(document, simulation);
    },
  };
}

export function getModel(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.get`,
    contentName: 'gemini.models.get',
    method: 'GET',
    paths: [`/${version}/models/:model`],
    takesBody: false,
    description: { summary: 'Get a model', replySchema: 'Model' },
    answer: ({ parameters }, simulation) => {
      const model = simulation.findModel(parameters.model);
      if (model === undefined) {
        throw notFound(`Model is not found: models/${parameters.model} for api version ${version}`);
      }
      reply(modelResource(parameters.model, model), simulation);
    },
  };
}

function pageSizeOf(call: ApiRequest): number {
  const given = call.query('pageSize') ?? call.query('page_size');
  if (given === undefined) return PAGE_SIZE;
  const reading = readScalar('int32', given);
  if (reading === undefined) {
    const description = `Invalid value at 'page_size' (TYPE_INT32), ${JSON.stringify(given)}`;
    throw badPayload([{ field: 'page_size', description }]);
  }
  const size = reading.value as number;
  if (size < 0) throw invalidArgument('page_size must not be negative.');
  return size === 0 ? PAGE_SIZE : Math.min(size, PAGE_SIZE_MAX);
}

function firstOfPage(call: ApiRequest, models: number): number {
  const token = call.query('pageToken') ?? call.query('page_token') ?? '';
  if (token === '') return 0;
  const first = Number(PAGE_TOKEN.exec(decoded(token))?.[1] ?? Number.NaN);
  if (!(first < models)) throw invalidArgument('Invalid page token.');
  return first;
}

function decoded(token: string): string {
  try {
    return atob(token);
  } catch {
    return '';
  }
}

function modelResource(name: string, model: ModelFacts): object {
  const common = {
    name: `models/${name}`,
    baseModelId: model.name,
    version: versionOf(name),
    displayName: displayNameOf(name),
    description: `Simulated ${displayNameOf(name)}`,
    inputTokenLimit: model.contextWindowTokens,
  };
  if (model.kind === 'embedding') {
    return { ...common, outputTokenLimit: 1, supportedGenerationMethods: ['embedContent', 'countTokens'] };
  }
  return {
    ...common,
    outputTokenLimit: model.maxOutputTokens,
    supportedGenerationMethods: ['generateContent', 'countTokens', 'createCachedContent'],
    ...SAMPLING,
    topK: traitsOf(name).isOld ? TOP_K_OLD : TOP_K,
    maxTemperature: MAX_TEMPERATURE,
    ...(model.reasons && { thinking: true }),
  };
}

/** "001" of gemini-2.0-flash-001, "2.5" of gemini-2.5-pro. */
function versionOf(name: string): string {
  return /-(\d{3})$/.exec(name)?.[1] ?? /-(\d+(?:\.\d+)?)(?:-|$)/.exec(name)?.[1] ?? '001';
}

/** "Gemini 2.5 Flash-Lite" of gemini-2.5-flash-lite. */
function displayNameOf(name: string): string {
  const words = name.replace('flash-lite', 'flash–lite').split('-');
  const capitals = words.map((word) => word.replaceAll(/(^|–)[a-z]/g, (letter) => letter.toUpperCase()));
  return capitals.join(' ').replace('–', '-');
}

function reply(document: object, simulation: Simulation): void {
  simulation.plan.whole(200, jsonHeaders(0), `${prettyJson(document)}\n`, 0);
}
