/**
 * Cached contents as they are kept between requests: what a reply shows of one, how many tokens it has, and the tools that it brings along.
 * The contents themselves are not kept, because nothing reads them again.
 */
import type { Simulation } from '../contract.js';
import type { ApiVersion } from './api-version.js';
import { invalidArgument, permissionDenied } from './errors.js';
import { type CachedContentFields, cachedContentMessage, type GenerateContentRequest } from './messages/requests.js';
import type { Tool, ToolConfig } from './messages/tools.js';
import { readMessage } from './proto/proto-reader.js';
import type { ModalityTokenCount } from './token-count.js';

/** The document under the resource's name. Times are milliseconds since 1970. */
export interface StoredCachedContent {
  /** "models/gemini-2.5-flash" */
  readonly model: string;
  readonly displayName: string;
  readonly createTime: number;
  /** When the document was left, on the clock that createTime was taken from. */
  readonly updateTime: number;
  readonly expireTime: number;
  readonly details: readonly ModalityTokenCount[];
  /** As the client sent them. */
  readonly tools: unknown;
  readonly toolConfig: unknown;
}

export interface CachedContent {
  readonly details: readonly ModalityTokenCount[];
  readonly tools: readonly Tool[] | undefined;
  readonly toolConfig: ToolConfig | undefined;
}

const NAME_PREFIX = 'cachedContents/';

/** The content of that name and how old it is, in ms; throws ApiError when there is none (any more). */
export function findCachedContent(
  name: string,
  simulation: Simulation,
): { readonly stored: StoredCachedContent; readonly ageMs: number } {
  const found = name.startsWith(NAME_PREFIX) ? simulation.recall(stateKey(name)) : undefined;
  if (found === undefined) throw permissionDenied('CachedContent not found (or permission denied)');
  return { stored: JSON.parse(found.document) as StoredCachedContent, ageMs: found.ageMs };
}

/** @param ttlSecs undefined: as long as the store keeps anything */
export function keepCachedContent(
  name: string,
  content: StoredCachedContent,
  ttlSecs: number | undefined,
  simulation: Simulation,
): void {
  simulation.remember(stateKey(name), JSON.stringify(content), ttlSecs);
}

export function forgetCachedContent(name: string, simulation: Simulation): void {
  simulation.forget(stateKey(name));
}

/** The content that a request stands on, if the two go together. */
export function recallCachedContent(
  name: string,
  { systemInstruction, tools, toolConfig }: GenerateContentRequest,
  modelName: string,
  version: ApiVersion,
  simulation: Simulation,
): CachedContent {
  if (systemInstruction !== undefined || tools !== undefined || toolConfig !== undefined) {
    throw invalidArgument(
      'CachedContent can not be used with GenerateContent request setting system_instruction, tools or tool_config.\n\nProposed fix: ' +
        'move those values to CachedContent from GenerateContent request.',
    );
  }
  const { stored } = findCachedContent(name, simulation);
  if (stored.model !== `models/${modelName}`) {
    throw invalidArgument(
      `Model used by GenerateContent request (models/${modelName}) and CachedContent (${stored.model}) has to be the same.`,
    );
  }
  const fields = { tools: stored.tools, toolConfig: stored.toolConfig };
  const read = readMessage<CachedContentFields>(cachedContentMessage, withoutMissing(fields), version);
  return { details: stored.details, tools: read.tools, toolConfig: read.toolConfig };
}

function withoutMissing(fields: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function stateKey(name: string): string {
  return `gemini:${name}`;
}
