/**
 * GET /openai/models and /openai/models/{model} of the dated versions: the models that the resource could deploy. Shape: Model and
 * ModelList of the service's published description of its authoring API. Below /openai/v1 the list is OpenAI's.
 */
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import { datedVersion } from './api-version.js';
import { resourceNotFound } from './errors.js';
import { replyHeaders } from './headers.js';

/** Models are retired two years after they came. */
const LIFE_SECS = 2 * 365 * 86_400;

const queryParameters = [{ name: 'api-version', description: 'Version of the API, such as 2024-10-21.' }];

export const listDatedModels: Endpoint = {
  name: 'azure.models.list',
  method: 'GET',
  paths: ['/openai/models'],
  takesBody: false,
  description: { summary: 'List models that can be deployed', queryParameters },
  answer: (request, simulation) => {
    datedVersion(request);
    reply({ data: simulation.listModels().map(modelObject), object: 'list' }, request, simulation);
  },
};

export const retrieveDatedModel: Endpoint = {
  name: 'azure.models.retrieve',
  method: 'GET',
  paths: ['/openai/models/:model'],
  takesBody: false,
  description: { summary: 'Retrieve a model that can be deployed', queryParameters },
  answer: (request, simulation) => {
    datedVersion(request);
    const model = simulation.findModel(request.parameters.model);
    if (model === undefined) throw resourceNotFound();
    reply({ ...modelObject(model), id: request.parameters.model }, request, simulation);
  },
};

function modelObject({ name, kind, created }: ModelFacts) {
  return {
    status: 'succeeded',
    capabilities: {
      fine_tune: false,
      inference: true,
      completion: kind === 'completion',
      chat_completion: kind === 'chat',
      embeddings: kind === 'embedding',
    },
    lifecycle_status: 'generally-available',
    deprecation: { inference: created + LIFE_SECS },
    id: name,
    created_at: created,
    updated_at: created,
    object: 'model',
  };
}

function reply(document: object, request: ApiRequest, simulation: Simulation): void {
  const headers = replyHeaders('application/json', undefined, request, simulation);
  simulation.plan.whole(200, headers, JSON.stringify(document), 0);
}
