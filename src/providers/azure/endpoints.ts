/**
 * Azure's paths, each answered by the endpoint of OpenAI's that it imitates:
 *
 *   /openai/deployments/{deployment}/chat/completions?api-version=2024-10-21     the deployment decides, a `model` in the body does not
 *   /openai/responses?api-version=2025-04-01-preview                             `model` names the deployment
 *   /openai/v1/chat/completions                                                  the same; no version needed
 */

import { isObject } from '../../kernel/json-object.js';
import type { ApiRequest, Endpoint, Simulation } from '../contract.js';
import { openai } from '../openai/index.js';
import { annotatesContent, checkResponsesVersion, checkUndatedVersion, datedVersion } from './api-version.js';
import { CHAT, COMPLETION, checkDeployment, EMBEDDINGS, modelOf, type Operation, RESPONSES } from './deployments.js';
import { replyHeaders } from './headers.js';
import { listDatedModels, retrieveDatedModel } from './models.js';
import { OverlaidPlan } from './overlay.js';
import { servedSimulation } from './served-simulation.js';

/** OpenAI's endpoints that Azure has, by the beginning of their names, with what they do to a deployment. */
const OFFERS: readonly (readonly [prefix: string, operation: Operation | undefined])[] = [
  ['openai.chat.', CHAT],
  ['openai.completions', COMPLETION],
  ['openai.embeddings', EMBEDDINGS],
  ['openai.responses', RESPONSES],
  ['openai.models', undefined],
];

const VERSION_PARAMETER = {
  name: 'api-version',
  description:
    'Version of the API: a date such as 2024-10-21, perhaps with -preview; below /openai/v1 nothing or preview.',
};

/** What a request's path and version decide. */
interface Routing {
  readonly request: ApiRequest;
  /** Undefined for a request that is about none. */
  readonly deployment: string | undefined;
  /** Whether completions say what the content filter found. */
  readonly annotates: boolean;
}

/** Where a family of paths lies, and how a request on one of them is understood. Throws ApiError where it is not. */
interface Surface {
  /** Stands behind "azure." in the endpoints' names. */
  readonly name: string;
  /** In the place of OpenAI's /v1. */
  readonly base: string;
  offers(endpoint: Endpoint): boolean;
  route(request: ApiRequest): Routing;
}

const deploymentPaths: Surface = {
  name: '',
  base: '/openai/deployments/:deployment',
  offers: ({ name, method, paths }) =>
    /^openai\.(chat|completions|embeddings)/.test(name) &&
    method === 'POST' &&
    paths.every((path) => !path.includes(':')),
  route: (request) => {
    const { deployment } = request.parameters;
    const version = datedVersion(request);
    return { request: forModel(request, deployment, {}), deployment, annotates: annotatesContent(version) };
  },
};

const responsesPaths: Surface = {
  name: '',
  base: '/openai',
  offers: ({ name }) => name.startsWith('openai.responses'),
  route: (request) => {
    checkResponsesVersion(datedVersion(request));
    return { ...byModel(request), annotates: false };
  },
};

const undatedPaths: Surface = {
  name: 'v1.',
  base: '/openai/v1',
  offers: () => true,
  route: (request) => {
    checkUndatedVersion(request);
    return { ...byModel(request), annotates: true };
  },
};

export const endpoints: readonly Endpoint[] = [
  ...[deploymentPaths, responsesPaths, undatedPaths].flatMap(endpointsOn),
  listDatedModels,
  retrieveDatedModel,
];

function endpointsOn(surface: Surface): Endpoint[] {
  return openai.endpoints.flatMap((endpoint) => {
    const offer = OFFERS.find(([prefix]) => endpoint.name.startsWith(prefix));
    return offer !== undefined && surface.offers(endpoint) ? [imitation(endpoint, offer[1], surface)] : [];
  });
}

function imitation(endpoint: Endpoint, operation: Operation | undefined, surface: Surface): Endpoint {
  const { name, contentName = name, paths, description } = endpoint;
  const isFiltered = operation === CHAT || operation === COMPLETION;
  return {
    ...endpoint,
    name: name.replace('openai.', `azure.${surface.name}`),
    contentName,
    paths: paths.map((path) => path.replace(/^\/v1/, surface.base)),
    description: {
      ...description,
      queryParameters: [VERSION_PARAMETER, ...(description.queryParameters ?? [])],
    },
    answer: (received, simulation) => {
      const { request, deployment, annotates } = surface.route(received);
      if (deployment !== undefined && operation !== undefined) checkDeployment(deployment, operation, simulation);
      const prompts = annotates && isFiltered ? promptsIn(request.body) : 0;
      endpoint.answer(request, served(simulation, received, deployment, prompts));
    },
  };
}

/** The simulation, with the service's headers on what is answered, and what the content filter found in it. */
function served(
  simulation: Simulation,
  request: ApiRequest,
  deployment: string | undefined,
  prompts: number,
): Simulation {
  const headersFor = (contentType: string) => replyHeaders(contentType, deployment, request, simulation);
  return servedSimulation(simulation, new OverlaidPlan(simulation.plan, headersFor, prompts));
}

/** A plain completion may go on with several texts; a list of numbers is one, as tokens. */
function promptsIn(body: unknown): number {
  const prompt = isObject(body) ? body.prompt : undefined;
  return Array.isArray(prompt) && typeof prompt[0] !== 'number' ? Math.max(1, prompt.length) : 1;
}

/** The deployment that a body names; what is no name is for the endpoint to reject. */
function byModel(request: ApiRequest): Pick<Routing, 'request' | 'deployment'> {
  const { body, parameters } = request;
  if (!isObject(body) || typeof body.model !== 'string') return { request, deployment: undefined };
  return { request: forModel(request, body.model, parameters), deployment: body.model };
}

/** The request as OpenAI's endpoint takes it: the body names the deployment's model. */
function forModel(request: ApiRequest, deployment: string, parameters: ApiRequest['parameters']): ApiRequest {
  const { body, query, queryAll, header } = request;
  const named = isObject(body) ? { ...body, model: modelOf(deployment) } : body;
  return { body: named, parameters, query, queryAll, header };
}
