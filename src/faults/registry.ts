/**
 * The kinds of faults, in the order in which the reference page lists them. What stands here can be asked for by rules, headers, scenarios and
 * at run time. A plan names a kind by its place in the list, so all processes of a node have the same list.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { FaultKind } from './contract.js';
import { authentication } from './kinds/authentication.js';
import { coalesce } from './kinds/coalesce.js';
import { contentFilter } from './kinds/content-filter.js';
import { contextLength } from './kinds/context-length.js';
import { disconnect } from './kinds/disconnect.js';
import { drip } from './kinds/drip.js';
import { duplicateTerminal } from './kinds/duplicate-terminal.js';
import { earlyLength } from './kinds/early-length.js';
import { emptyChoice } from './kinds/empty-choice.js';
import { errorEvent } from './kinds/error-event.js';
import { eventSplit } from './kinds/event-split.js';
import { malformedJson } from './kinds/malformed-json.js';
import { missingTerminal } from './kinds/missing-terminal.js';
import { missingUsage } from './kinds/missing-usage.js';
import { modelNotFound } from './kinds/model-not-found.js';
import { overloaded } from './kinds/overloaded.js';
import { permission } from './kinds/permission.js';
import { rateLimit } from './kinds/rate-limit.js';
import { refusal } from './kinds/refusal.js';
import { resetBefore } from './kinds/reset-before.js';
import { serverError } from './kinds/server-error.js';
import { slowHeaders } from './kinds/slow-headers.js';
import { stall } from './kinds/stall.js';
import { timeout } from './kinds/timeout.js';
import { truncatedEvent } from './kinds/truncated-event.js';
import { utf8Cut } from './kinds/utf8-cut.js';
import { utf8Split } from './kinds/utf8-split.js';
import { wrongContentLength } from './kinds/wrong-content-length.js';

export const faultKinds: readonly FaultKind[] = [
  rateLimit,
  timeout,
  serverError,
  overloaded,
  authentication,
  permission,
  contextLength,
  contentFilter,
  modelNotFound,
  refusal,
  earlyLength,
  emptyChoice,
  resetBefore,
  slowHeaders,
  disconnect,
  stall,
  errorEvent,
  truncatedEvent,
  malformedJson,
  utf8Split,
  utf8Cut,
  eventSplit,
  coalesce,
  drip,
  duplicateTerminal,
  missingTerminal,
  missingUsage,
  wrongContentLength,
];

export const faultNames: readonly string[] = faultKinds.map(({ name }) => name);

/** What a configuration says in place of a kind's bare name: the kind and its parameters. */
export function settingSchema({ name, schema, summary }: FaultKind): JsonSchema {
  return {
    ...schema,
    description: summary,
    properties: { kind: { const: name }, ...schema.properties },
    required: ['kind', ...(schema.required ?? [])],
  };
}

/** Accepts the parameters of exactly one of the kinds, told apart by `kind`. */
export const faultSettingSchema: JsonSchema = {
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: faultKinds.map(settingSchema),
};
