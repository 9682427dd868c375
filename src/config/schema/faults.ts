/**
 * The `faults` section: rules that inject faults. Rules are a list, so a file's list replaces a lower layer's, and what a rule leaves out
 * has no default to fill in: each description says what its absence means.
 */

import type { FaultSetting } from '../../faults/fault.js';
import type { PatternParameters } from '../../faults/patterns/registry.js';
import { patternSchema } from '../../faults/patterns/registry.js';
import { faultNames, faultSettingSchema } from '../../faults/registry.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { headerPatternsSchema } from './header-patterns.js';

/** Every request is held against every rule before the one that fires. */
export const FAULT_RULES_MAX = 200;
const keysMax = 1_000;

const glob = { type: 'string', minLength: 1, maxLength: 160 } as const;
const apiKey = { type: 'string', minLength: 1, maxLength: 512 } as const;

/** What TypeScript needs to know of a fault's schema to put FaultSetting in its place. */
export interface FaultSettingMark {
  readonly type: readonly ['string', 'object'];
  readonly if: { readonly type: 'object' };
}

/** What TypeScript needs to know of a pattern's schema to put PatternParameters in its place. */
export interface PatternMark {
  readonly discriminator: { readonly propertyName: 'kind' };
}

/** For FromSchema's option `deserialize`. */
export type FaultTypes = [
  { pattern: FaultSettingMark; output: FaultSetting },
  { pattern: PatternMark; output: PatternParameters },
];

/** Accepts the bare name of a kind, or what the schema accepts. */
export function settingOrName(schema: JsonSchema): FaultSettingMark {
  const either: JsonSchema & FaultSettingMark = {
    type: ['string', 'object'],
    title: 'the name of a fault, or a mapping with its kind and parameters',
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: schema,
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    else: { if: { type: 'string' }, then: { enum: faultNames } },
  };
  return either;
}

export const faultSchema: FaultSettingMark = settingOrName(faultSettingSchema);

const rulePattern: PatternMark = patternSchema;

export const faultMatchSchema = {
  type: 'object',
  description: 'What a request has to be like; every key that is given has to fit. Absent: any request.',
  additionalProperties: false,
  properties: {
    model: {
      ...glob,
      description:
        'Name of the configured model that serves the request; `*` stands for any characters. A request without a model, such as one for the list of models, has the empty name.',
    },
    endpoint: {
      ...glob,
      description:
        'Name of the endpoint, such as `openai.chat.completions` or `anthropic.*`; `*` stands for any characters.',
    },
    provider: {
      type: 'string',
      enum: ['openai', 'azure', 'anthropic', 'gemini'],
      description: 'Whose API the request came by.',
    },
    api_key: {
      type: ['string', 'array'],
      title: 'an API key, or a list of them',
      minLength: 1,
      maxLength: 512,
      minItems: 1,
      maxItems: keysMax,
      items: apiKey,
      'x-secret': true,
      description: 'The API key that the request carries, as it is, or several of which it is one. Shown nowhere.',
    },
    headers: headerPatternsSchema,
    stream: { type: 'boolean', description: 'Whether the reply is streamed. Absent: either.' },
  },
} as const satisfies JsonSchema;

export const faultRuleSchema = {
  type: 'object',
  title: 'a rule',
  additionalProperties: false,
  required: ['name', 'fault'],
  properties: {
    name: {
      type: 'string',
      minLength: 1,
      maxLength: 128,
      description: 'Unique. Logs and plans name the rule by it, and its chance depends on it.',
    },
    enabled: { type: 'boolean', description: 'Absent: true.' },
    fault: {
      ...faultSchema,
      description: 'The name of a kind of fault, or a mapping with `kind` and its parameters: see docs/faults.md.',
    },
    probability: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'Share of the requests that fit. Absent: all.',
    },
    pattern: {
      ...rulePattern,
      description:
        'Which of the requests that fit, by their number or by time: see docs/faults.md. The probability holds among these. Absent: any.',
    },
    match: faultMatchSchema,
  },
} as const satisfies JsonSchema;

export const faultsSchema = {
  type: 'object',
  description: 'Injected faults: see docs/faults.md.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      default: true,
      description:
        'Whether the rules take effect. The errors of models and the faults of scenarios do not depend on it.',
    },
    rules: {
      type: 'array',
      maxItems: FAULT_RULES_MAX,
      items: faultRuleSchema,
      default: [],
      description: 'Faults for certain requests; the first rule that fires decides.',
    },
  },
} as const satisfies JsonSchema;
