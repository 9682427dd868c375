/**
 * What a request says about OpenAI's automatic prompt caching: whom its prompt is shared with, how long it is kept, and whether it is cached
 * at all. Source: the prompt caching guide of OpenAI's documentation, and the SDK's types of prompt_cache_key, _retention and _options.
 */
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { PromptScope } from '../prompt-meter.js';

/** "Caching is enabled automatically for prompts that are 1024 tokens or longer." */
const CACHED_TOKENS_MIN = 1_024;

const RETENTION_SECS: ReadonlyMap<unknown, number> = new Map([
  ['24h', 86_400],
  ['12h', 43_200],
  ['30m', 1_800],
]);

/** @param body checked @param turns messages or items, in which breakpoints of the client's own may stand */
export function cacheScopeOf(body: JsonObject, turns: readonly unknown[]): PromptScope {
  const options = isObject(body.prompt_cache_options) ? body.prompt_cache_options : {};
  const retention = RETENTION_SECS.get(options.ttl) ?? RETENTION_SECS.get(body.prompt_cache_retention);
  return {
    cacheable: options.mode !== 'explicit' || turns.some(hasBreakpoint),
    // `user` is the older name of both the key and the identifier.
    partition: textOr(body.prompt_cache_key, textOr(body.user, '')),
    minTokens: CACHED_TOKENS_MIN,
    ...(retention !== undefined && { ttlSecs: retention }),
  };
}

function hasBreakpoint(turn: unknown): boolean {
  const content = isObject(turn) ? turn.content : undefined;
  return Array.isArray(content) && content.some((part) => isObject(part) && isObject(part.prompt_cache_breakpoint));
}

function textOr(value: unknown, instead: string): string {
  return typeof value === 'string' ? value : instead;
}
