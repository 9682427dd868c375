/**
 * GET /v1/models, in pages, and /v1/models/{model}. Shapes: ModelInfo and Page of Anthropic's SDK. The newest model comes first; every model is
 * active.
 */
import { rfc3339 } from '../../kernel/rfc3339.js';
import type { ApiRequest, Endpoint, ModelFacts, Simulation } from '../contract.js';
import { apiVersionOf, isBeta } from './api-version.js';
import { invalidRequest, modelNotFound } from './errors.js';
import { oneOf } from './field-rules.js';
import { replyHeaders } from './identity.js';
import { generationOf, thinks } from './model-generation.js';

const PAGE_DEFAULT = 20;
const PAGE_MAX = 1_000;

export const listModels: Endpoint = {
  name: 'anthropic.models.list',
  method: 'GET',
  paths: ['/v1/models'],
  takesBody: false,
  description: {
    summary: 'List models',
    replySchema: 'ModelInfosPage',
    queryParameters: [
      { name: 'limit', description: 'models on a page, 1 to 1000; 20 unless given' },
      { name: 'after_id', description: 'the page begins behind this model' },
      { name: 'before_id', description: 'the page ends before this model' },
      { name: 'lifecycle[]', description: 'active, deprecated or retired; may be repeated' },
    ],
  },
  answer: list,
};

export const retrieveModel: Endpoint = {
  name: 'anthropic.models.retrieve',
  method: 'GET',
  paths: ['/v1/models/:model'],
  takesBody: false,
  description: { summary: 'Get a model', replySchema: 'ModelInfo' },
  answer: retrieve,
};

function list(request: ApiRequest, simulation: Simulation): void {
  apiVersionOf(request);
  const limit = limitOf(request.query('limit'));
  const afterId = request.query('after_id');
  const beforeId = request.query('before_id');
  if (afterId !== undefined && beforeId !== undefined) {
    throw invalidRequest('Only one of before_id and after_id may be provided');
  }
  const models = [...(wantsActive(request) ? simulation.listModels() : [])].sort(
    (one, other) => other.created - one.created || (one.name < other.name ? -1 : 1),
  );
  const from = afterId === undefined ? 0 : placeOf(models, afterId, 'after_id') + 1;
  const to = beforeId === undefined ? models.length : placeOf(models, beforeId, 'before_id');
  // Pages in front of a model are read backwards: the nearest to it first.
  const page = beforeId === undefined ? models.slice(from, from + limit) : models.slice(Math.max(0, to - limit), to);
  const data = page.map((model) => modelInfo(model, model.name, request));
  reply(
    {
      data,
      has_more: page.length < to - from,
      first_id: page.at(0)?.name ?? null,
      last_id: page.at(-1)?.name ?? null,
    },
    simulation,
  );
}

/** Every model is active: a page of deprecated or retired ones is empty. */
function wantsActive(request: ApiRequest): boolean {
  const stages = [...request.queryAll('lifecycle[]'), ...request.queryAll('lifecycle')];
  stages.forEach((stage, index) => {
    oneOf('active', 'deprecated', 'retired')(stage, `lifecycle.${index}`);
  });
  return stages.length === 0 || stages.includes('active');
}

function retrieve(request: ApiRequest, simulation: Simulation): void {
  apiVersionOf(request);
  const name = request.parameters.model;
  const model = simulation.findModel(name, 'chat');
  if (model === undefined) throw modelNotFound(name);
  reply(modelInfo(model, name, request), simulation);
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return PAGE_DEFAULT;
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw invalidRequest('limit: Input should be a valid integer, unable to parse string as an integer');
  }
  const limit = Number(text);
  if (limit < 1) throw invalidRequest('limit: Input should be greater than or equal to 1');
  if (limit > PAGE_MAX) throw invalidRequest(`limit: Input should be less than or equal to ${PAGE_MAX}`);
  return limit;
}

function placeOf(models: readonly ModelFacts[], id: string, parameter: string): number {
  const place = models.findIndex(({ name }) => name === id);
  if (place === -1) throw invalidRequest(`${parameter}: Invalid model ID`);
  return place;
}

function modelInfo(model: ModelFacts, id: string, request: ApiRequest): object {
  // The beta API says more: nothing is compacted, and no model stands in for another.
  const beta = isBeta(request);
  return {
    type: 'model',
    id,
    display_name: displayName(id),
    created_at: rfc3339(model.created),
    max_input_tokens: model.contextWindowTokens,
    max_tokens: model.maxOutputTokens,
    lifecycle: 'active',
    deprecated_at: null,
    retires_at: null,
    line: lineOf(id),
    capabilities: { ...capabilitiesOf(id), ...(beta ? { compaction: null } : {}) },
    ...(beta ? { allowed_fallback_models: [] } : {}),
  };
}

const LINES: readonly string[] = ['haiku', 'sonnet', 'opus', 'fable', 'mythos'];

function lineOf(id: string): string | null {
  const { line } = generationOf(id);
  return line !== undefined && LINES.includes(line) ? line : null;
}

/** "claude-sonnet-4-5-20250929" is "Claude Sonnet 4.5", "claude-3-opus" is "Claude Opus 3"; other names stand for themselves. */
function displayName(id: string): string {
  const { line, version } = generationOf(id);
  if (line === undefined) return id;
  return `Claude ${line.charAt(0).toUpperCase()}${line.slice(1)} ${version}`;
}

/** What the simulator takes for the model; server tools are accepted and do nothing. */
function capabilitiesOf(id: string): object {
  const generation = generationOf(id);
  const thinking = support(thinks(generation));
  const yes = support(true);
  const no = support(false);
  return {
    batch: no,
    citations: no,
    code_execution: no,
    context_management: {
      supported: false,
      clear_thinking_20251015: no,
      clear_tool_uses_20250919: no,
      compact_20260112: no,
    },
    effort: {
      supported: thinking.supported,
      low: thinking,
      medium: thinking,
      high: thinking,
      xhigh: thinking,
      max: thinking,
    },
    image_input: yes,
    pdf_input: yes,
    server_tools: { supported: false, code_execution: no, web_search: no },
    structured_outputs: yes,
    thinking: {
      supported: thinking.supported,
      types: { enabled: thinking, adaptive: thinking, disabled: yes, between_tools: yes },
    },
  };
}

function support(supported: boolean): { readonly supported: boolean } {
  return { supported };
}

function reply(document: object, simulation: Simulation): void {
  simulation.plan.whole(200, replyHeaders('application/json', simulation), JSON.stringify(document), 0);
}
