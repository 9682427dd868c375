/**
 * The breakpoints of the prompt cache as a request marks them: at most four, and none that lives for an hour behind one that lives for
 * five minutes. Source: CacheControlEphemeral of Anthropic's SDK and the prompt caching page of its documentation.
 */

import type { JsonObject } from '../../kernel/json-object.js';
import { invalidRequest } from './errors.js';
import { anything, aString, type FieldRule, objectOf, oneOf, taggedBy } from './field-rules.js';

export type CacheTtl = '5m' | '1h';

/** How many breakpoints a request may mark. */
const BREAKPOINTS_MAX = 4;

export const cacheControl: FieldRule = taggedBy({
  ephemeral: objectOf({ required: { type: anything }, optional: { ttl: oneOf('5m', '1h'), scope: aString } }),
});

/** The time to live that a checked block asks for, undefined when it is no breakpoint. */
export function ttlOf({ cache_control: control }: JsonObject): CacheTtl | undefined {
  if (control === undefined || control === null) return undefined;
  return (control as { ttl?: CacheTtl | null }).ttl ?? '5m';
}

/** A marked block and the place by which an error names it. */
export interface MarkedBlock {
  readonly path: string;
  readonly ttl: CacheTtl;
}

/** Checks the marks of the whole request, in the order in which the model reads them: tools, system, messages. */
export function checkBreakpoints(marks: readonly MarkedBlock[]): void {
  if (marks.length > BREAKPOINTS_MAX) {
    throw invalidRequest(
      `A maximum of ${BREAKPOINTS_MAX} blocks with cache_control may be provided. Found ${marks.length}.`,
    );
  }
  const short = marks.findIndex(({ ttl }) => ttl === '5m');
  const late = short === -1 ? undefined : marks.slice(short).find(({ ttl }) => ttl === '1h');
  if (late === undefined) return;
  throw invalidRequest(
    `${late.path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that ` +
      'blocks are processed in the following order: `tools`, `system`, `messages`.',
  );
}
