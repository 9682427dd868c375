/**
 * Cached contents: POST cachedContents, GET, PATCH and DELETE cachedContents/{id}. They are kept in the simulator's bounded state, so one may
 * be forgotten before it expires; there is no list of them. Shape: CachedContent of cached_content.proto, as recorded.
 */

import type { ApiRequest, Endpoint, Simulation } from '../contract.js';
import { BASE36 } from '../identifier-alphabets.js';
import { TokenMeter } from '../prompt-meter.js';
import type { ApiVersion } from './api-version.js';
import {
  findCachedContent,
  forgetCachedContent,
  keepCachedContent,
  type StoredCachedContent,
} from './cached-content-store.js';
import { contentViolations, partViolations } from './content-rules.js';
import { invalidArgument, invalidFields } from './errors.js';
import { jsonHeaders } from './headers.js';
import { type CachedContentFields, cachedContentMessage } from './messages/requests.js';
import { findModel } from './model-lookup.js';
import { traitsOf } from './model-traits.js';
import { countPrompt } from './prompt-tokens.js';
import { readMessage } from './proto/proto-reader.js';
import { toTimestamp } from './timestamps.js';
import { TokenCount } from './token-count.js';
import { toolViolations } from './tool-offer.js';
import { prettyJson } from './wire-json.js';

/** What the API keeps a content for unless told. */
const TTL_SECS = 3_600;
/** The longest that is meant seriously: ten years. */
const TTL_SECS_MAX = 315_360_000;
const DISPLAY_NAME_CHARACTERS_MAX = 128;
const ID_CHARACTERS = 37;
/** Where the body stands in the API's requests, for the paths in errors. */
const BODY_PATH = 'cached_content';

export function createCachedContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.cached_contents.create`,
    contentName: 'gemini.cached_contents.create',
    method: 'POST',
    paths: [`/${version}/cachedContents`],
    takesBody: 'optional',
    description: { summary: 'Cache a content', requestSchema: 'CachedContent', replySchema: 'CachedContent' },
    answer: (call, simulation) => {
      const fields = readMessage<CachedContentFields>(cachedContentMessage, call.body, version, BODY_PATH);
      checkFields(fields);
      const count = countContent(fields, version, simulation);
      const name = `cachedContents/sim${simulation.identifier(ID_CHARACTERS, BASE36)}`;
      const now = simulation.created() * 1_000;
      const body = (call.body ?? {}) as { readonly [field: string]: unknown };
      const stored: StoredCachedContent = {
        model: qualified(fields.model ?? ''),
        displayName: fields.displayName ?? '',
        createTime: now,
        updateTime: now,
        expireTime: expireTimeOf(fields, now),
        details: count.details(),
        tools: body.tools,
        toolConfig: body.toolConfig ?? body.tool_config,
      };
      keepCachedContent(name, stored, ttlOf(fields), simulation);
      reply(resource(name, stored), simulation);
    },
  };
}

export function getCachedContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.cached_contents.get`,
    contentName: 'gemini.cached_contents.get',
    method: 'GET',
    paths: [`/${version}/cachedContents/:id`],
    takesBody: false,
    description: { summary: 'Get a cached content', replySchema: 'CachedContent' },
    answer: (call, simulation) => {
      const name = nameOf(call);
      reply(resource(name, findCachedContent(name, simulation).stored), simulation);
    },
  };
}

export function updateCachedContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.cached_contents.update`,
    contentName: 'gemini.cached_contents.update',
    method: 'PATCH',
    paths: [`/${version}/cachedContents/:id`],
    takesBody: 'optional',
    description: {
      summary: 'Change when a cached content expires',
      requestSchema: 'CachedContent',
      replySchema: 'CachedContent',
    },
    answer: (call, simulation) => {
      const fields = readMessage<CachedContentFields>(cachedContentMessage, call.body, version, BODY_PATH);
      if (fields.ttl === undefined && fields.expireTime === undefined) {
        throw invalidFields([`UpdateCachedContentRequest.${BODY_PATH}: only the expiration can be updated`]);
      }
      checkTtl(fields);
      const name = nameOf(call);
      const { stored, ageMs } = findCachedContent(name, simulation);
      const now = stored.updateTime + Math.round(ageMs);
      const updated = { ...stored, updateTime: now, expireTime: expireTimeOf(fields, now) };
      keepCachedContent(name, updated, ttlOf(fields), simulation);
      reply(resource(name, updated), simulation);
    },
  };
}

export function deleteCachedContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.cached_contents.delete`,
    contentName: 'gemini.cached_contents.delete',
    method: 'DELETE',
    paths: [`/${version}/cachedContents/:id`],
    takesBody: false,
    description: { summary: 'Delete a cached content' },
    answer: (call, simulation) => {
      const name = nameOf(call);
      findCachedContent(name, simulation);
      forgetCachedContent(name, simulation);
      reply({}, simulation);
    },
  };
}

function nameOf({ parameters }: ApiRequest): string {
  return `cachedContents/${parameters.id}`;
}

function checkFields(fields: CachedContentFields): void {
  const path = `CreateCachedContentRequest.${BODY_PATH}`;
  const { model, displayName = '', contents, systemInstruction, tools = [] } = fields;
  const violations = [
    ...(model ? [] : [`${path}.model: model is not specified`]),
    ...(displayName.length > DISPLAY_NAME_CHARACTERS_MAX ? [`${path}.display_name: at most 128 characters`] : []),
    ...(contents === undefined ? [] : contentViolations(contents, `${path}.contents`)),
    ...(systemInstruction === undefined ? [] : partViolations(systemInstruction, `${path}.system_instruction`)),
    ...toolViolations(tools, `${path}.tools`),
  ];
  if (violations.length > 0) throw invalidFields(violations);
  checkTtl(fields);
}

function checkTtl({ ttl }: CachedContentFields): void {
  if (ttl !== undefined && (ttl <= 0 || ttl > TTL_SECS_MAX)) {
    throw invalidFields([`${BODY_PATH}.ttl: must be positive and at most ${TTL_SECS_MAX}s`]);
  }
}

/** Large enough for its model, and not too large. */
function countContent(fields: CachedContentFields, version: ApiVersion, simulation: Simulation): TokenCount {
  const modelName = qualified(fields.model ?? '').slice('models/'.length);
  const model = findModel(modelName, 'chat', 'createCachedContent', version, simulation);
  simulation.plan.modelIndex = model.index;
  const traits = traitsOf(modelName);
  const count = countPrompt(fields, new TokenMeter(simulation.tokenizerOf(model)), traits);
  if (count.total < traits.cachedTokensMin) {
    throw invalidArgument(
      `Cached content is too small. total_token_count=${count.total}, min_total_token_count=${traits.cachedTokensMin}`,
    );
  }
  if (count.total > model.contextWindowTokens) {
    throw invalidArgument(
      `Cached content is too large. total_token_count=${count.total}, max_total_token_count=${model.contextWindowTokens}`,
    );
  }
  simulation.plan.promptTokens = count.total;
  return count;
}

function qualified(model: string): string {
  return model.startsWith('models/') ? model : `models/${model}`;
}

/** A given time is believed as it is: in a deterministic simulation nobody knows what time it is. */
function expireTimeOf({ ttl, expireTime }: CachedContentFields, now: number): number {
  return expireTime ?? now + Math.round((ttl ?? TTL_SECS) * 1_000);
}

/** How long the state keeps it, whole seconds; as long as anything where the client gave a time. */
function ttlOf({ ttl, expireTime }: CachedContentFields): number | undefined {
  return expireTime === undefined ? Math.max(1, Math.round(ttl ?? TTL_SECS)) : undefined;
}

function resource(name: string, stored: StoredCachedContent): object {
  const { model, displayName, createTime, updateTime, expireTime, details } = stored;
  return {
    name,
    model,
    createTime: toTimestamp(createTime),
    updateTime: toTimestamp(updateTime),
    expireTime: toTimestamp(expireTime),
    displayName,
    usageMetadata: { totalTokenCount: TokenCount.of(details).total },
  };
}

function reply(document: object, simulation: Simulation): void {
  simulation.plan.whole(200, jsonHeaders(0), `${prettyJson(document)}\n`, 0);
}
