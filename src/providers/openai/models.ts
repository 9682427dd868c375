/**
 * GET /v1/models, GET and DELETE /v1/models/{model}. Shapes: ListModelsResponse and Model of OpenAI's published OpenAPI document. Nothing
 * can be deleted: the models belong to the provider, who lets nobody delete them.
 */

import { ApiError, type ApiRequest, type Endpoint, type ModelFacts, type Simulation } from '../contract.js';
import { httpError, modelNotFound } from './errors.js';
import { replyHeaders } from './identity.js';

const OWNER = 'llm-simulator';

export const listModels: Endpoint = {
  name: 'openai.models.list',
  method: 'GET',
  paths: ['/v1/models'],
  takesBody: false,
  description: { summary: 'List models', replySchema: 'ListModelsResponse' },
  answer: (call, simulation) =>
    reply({ object: 'list', data: simulation.listModels().map(modelObject) }, call, simulation),
};

export const retrieveModel: Endpoint = {
  name: 'openai.models.retrieve',
  method: 'GET',
  paths: ['/v1/models/:model'],
  takesBody: false,
  description: { summary: 'Retrieve a model', replySchema: 'Model' },
  answer: (call, simulation) => {
    const name = call.parameters.model;
    const model = simulation.findModel(name);
    if (model === undefined) throw modelNotFound(name);
    reply({ ...modelObject(model), id: name }, call, simulation);
  },
};

export const deleteModel: Endpoint = {
  name: 'openai.models.delete',
  method: 'DELETE',
  paths: ['/v1/models/:model'],
  takesBody: false,
  description: { summary: 'Delete a fine-tuned model', replySchema: 'DeleteModelResponse' },
  answer: ({ parameters }, simulation) => {
    if (simulation.findModel(parameters.model) === undefined) throw modelNotFound(parameters.model);
    throw new ApiError(httpError({ kind: 'forbidden' }));
  },
};

function modelObject(model: ModelFacts): { id: string; object: 'model'; created: number; owned_by: string } {
  return { id: model.name, object: 'model', created: model.created, owned_by: OWNER };
}

function reply(document: object, call: ApiRequest, simulation: Simulation): void {
  simulation.plan.whole(200, replyHeaders('application/json', 0, simulation, call), JSON.stringify(document), 0);
}
