/** GET /v1/models and /v1/models/{model}. Shapes: ListModelsResponse and Model of OpenAI's published OpenAPI document. */

import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import { modelNotFound } from './errors.js';
import { replyHeaders } from './identity.js';

const OWNER = 'llm-simulator';

export const listModels: Endpoint = {
  name: 'openai.models.list',
  method: 'GET',
  paths: ['/v1/models'],
  takesBody: false,
  description: { summary: 'List models', replySchema: 'ListModelsResponse' },
  answer: (_request, simulation) =>
    reply({ object: 'list', data: simulation.listModels().map(modelObject) }, simulation),
};

export const retrieveModel: Endpoint = {
  name: 'openai.models.retrieve',
  method: 'GET',
  paths: ['/v1/models/:model'],
  takesBody: false,
  description: { summary: 'Retrieve a model', replySchema: 'Model' },
  answer: ({ parameters }: ApiRequest, simulation) => {
    const name = parameters.model;
    const model = simulation.findModel(name);
    if (model === undefined) throw modelNotFound(name);
    reply({ ...modelObject(model), id: name }, simulation);
  },
};

function modelObject(model: ModelFacts): { id: string; object: 'model'; created: number; owned_by: string } {
  return { id: model.name, object: 'model', created: model.created, owned_by: OWNER };
}

function reply(document: object, simulation: Simulation): void {
  simulation.plan.whole(200, replyHeaders('application/json', 0, simulation), JSON.stringify(document), 0);
}
