/** The admin API of what operators override at run time: faults and latency. */
import { faultMatchSchema } from '../../config/schema/faults.js';
import { patternSchema } from '../../faults/patterns/registry.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { delayMsMax } from '../../latency/contract.js';
import { DURATION_SECS_MAX, FACTOR_MAX, NAME_PATTERN } from '../../scenarios/contract.js';
import type { OperationParts } from './node-services.js';
import { AdminError, type AdminOperation } from './operation.js';
import type { FaultRequest, LatencyRequest } from './override-desk.js';

/** The override that is meant where none is named. */
const DEFAULT_NAME = 'default';
/** As rules of the configuration may be called. */
const RULE_NAME_CHARS_MAX = 128;

const UNKNOWN = { status: 404, code: 'unknown_override', when: 'There is no override of that name.' };
const TOO_MANY = { status: 409, code: 'too_many_overrides', when: 'There are as many as can be.' };
const TOO_LARGE = {
  status: 409,
  code: 'steering_too_large',
  when: 'All that is changed at run time is more together than requests can carry.',
};
const NOT_ACKNOWLEDGED = {
  status: 503,
  code: 'not_acknowledged',
  when: 'It is in effect, but a process has not said so within two seconds.',
};

const duration = {
  type: ['number', 'null'],
  minimum: 0.001,
  maximum: DURATION_SECS_MAX,
  description: 'How long it holds; absent or null: until it is removed.',
  'x-unit': 's',
} as const;
const expires = { type: ['string', 'null'], description: 'RFC 3339, in UTC; null: not before it is removed.' } as const;
const removedSchema: JsonSchema = {
  type: 'object',
  required: ['removed'],
  properties: { removed: { type: 'integer', description: 'How many overrides there were.' } },
};

const ruleProperties = {
  enabled: {
    type: 'boolean',
    description: 'false: nothing in the place of the configured rule of the name. Absent: true.',
  },
  fault: {
    type: ['string', 'object'],
    maxLength: 64,
    title: 'the name of a kind of fault, or a mapping with its kind and parameters',
    description: 'As in `faults.rules`. Required unless enabled is false.',
  },
  probability: { type: 'number', minimum: 0, maximum: 1, description: 'Share of the requests that fit. Absent: all.' },
  pattern: { ...patternSchema, description: 'As in `faults.rules`.' } as JsonSchema,
  match: faultMatchSchema as JsonSchema,
  duration_seconds: duration,
} satisfies { readonly [key: string]: JsonSchema };

const faultOverrideSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'replaces_configured', 'expires_at', 'rule'],
  properties: {
    name: { type: 'string' },
    replaces_configured: { type: 'boolean', description: 'Whether a rule of the configuration has the name.' },
    expires_at: expires,
    rule: { type: 'object', description: 'As it was given; API keys are hidden.' },
  },
};

export function faultOverrideOperations(parts: Pick<OperationParts, 'overrides'>): AdminOperation[] {
  const parameters = { name: 'Of the rule: that of a configured one to stand in its place, or any other.' };
  return [
    {
      method: 'GET',
      path: '/admin/faults',
      summary: 'The rules of faults: those of the configuration, and those of operators',
      reply: {
        type: 'object',
        required: ['enabled', 'rules', 'overrides'],
        properties: {
          enabled: { type: 'boolean', description: '`faults.enabled`, on which the configured rules depend.' },
          rules: {
            type: 'array',
            description: 'Those of the configuration: `name`, `rule`, and whether it is `in_effect`.',
            items: { type: 'object' },
          },
          overrides: {
            type: 'array',
            description: 'Those of operators, in the order in which they are asked, all before the configured ones.',
            items: faultOverrideSchema,
          },
        },
      },
      answer: () => ({ status: 200, document: parts.overrides.faults() }),
    },
    {
      method: 'PUT',
      path: '/admin/faults/:name',
      summary: 'Gives a rule of faults, or another in the place of one',
      description: 'The answer comes when every process of the node has taken it in: the next request sees it.',
      parameters,
      body: {
        type: 'object',
        additionalProperties: false,
        properties: ruleProperties,
        examples: [{ fault: 'overloaded', probability: 0.2, match: { model: 'gpt-*' }, duration_seconds: 60 }],
      },
      reply: faultOverrideSchema,
      failures: [
        TOO_MANY,
        TOO_LARGE,
        { status: 422, code: 'invalid_rule', when: 'It would be no valid rule of the configuration.' },
        NOT_ACKNOWLEDGED,
      ],
      answer: async ({ body, parameters: { name } }) => {
        if (name!.length > RULE_NAME_CHARS_MAX) throw nameError(`at most ${RULE_NAME_CHARS_MAX} characters`);
        return { status: 200, document: await parts.overrides.setFault(name!, body as FaultRequest) };
      },
    },
    {
      method: 'DELETE',
      path: '/admin/faults/:name',
      summary: "Removes an operator's rule; a configured one of the name holds again",
      parameters,
      reply: removedSchema,
      failures: [UNKNOWN, NOT_ACKNOWLEDGED],
      answer: async ({ parameters: { name } }) => {
        await parts.overrides.removeFault(name!);
        return { status: 200, document: { removed: 1 } };
      },
    },
    {
      method: 'DELETE',
      path: '/admin/faults',
      summary: "Removes all operators' rules",
      reply: removedSchema,
      failures: [NOT_ACKNOWLEDGED],
      answer: async () => ({ status: 200, document: { removed: await parts.overrides.removeFaults() } }),
    },
  ];
}

const latencyOverrideSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'factor', 'ttft_ms', 'itl_ms', 'match', 'expires_at'],
  properties: {
    name: { type: 'string' },
    factor: { type: ['number', 'null'] },
    ttft_ms: { type: ['number', 'null'] },
    itl_ms: { type: ['number', 'null'] },
    match: { type: 'object' },
    expires_at: expires,
  },
};

const { endpoint, model, provider } = faultMatchSchema.properties;
const latencyBody: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    factor: {
      type: 'number',
      minimum: 0,
      maximum: FACTOR_MAX,
      description: 'What the time to first token and the gaps between tokens are multiplied by.',
    },
    ttft_ms: {
      type: 'number',
      minimum: 0,
      maximum: delayMsMax,
      description: 'The time to first token in place of the one that would be drawn.',
      'x-unit': 'ms',
    },
    itl_ms: {
      type: 'number',
      minimum: 0,
      maximum: delayMsMax,
      description: 'The gap between tokens in place of those that would be drawn.',
      'x-unit': 'ms',
    },
    match: {
      type: 'object',
      additionalProperties: false,
      properties: { model, provider, endpoint },
      description: 'Which requests; every key that is given has to fit. Absent: all.',
    },
    duration_seconds: duration,
  },
  examples: [{ factor: 3, match: { provider: 'openai' }, duration_seconds: 120 }],
};

export function latencyOverrideOperations(parts: Pick<OperationParts, 'overrides'>): AdminOperation[] {
  const parameters = { name: 'Of the override: tells several apart.' };
  const put = async (name: string, body: unknown) => {
    if (!new RegExp(NAME_PATTERN).test(name))
      throw nameError('at most 64 letters, digits, "_" or "-", the first a letter');
    return { status: 200, document: await parts.overrides.setLatency(name, body as LatencyRequest) };
  };
  const putDetails = {
    method: 'PUT',
    body: latencyBody,
    reply: latencyOverrideSchema,
    failures: [TOO_MANY, TOO_LARGE, NOT_ACKNOWLEDGED],
  } as const;
  return [
    {
      method: 'GET',
      path: '/admin/latency',
      summary: 'What operators have overridden of the latency, in the order in which it was given',
      reply: {
        type: 'object',
        required: ['overrides'],
        properties: { overrides: { type: 'array', items: latencyOverrideSchema } },
      },
      answer: () => ({ status: 200, document: { overrides: parts.overrides.latencies() } }),
    },
    {
      ...putDetails,
      path: '/admin/latency/:name',
      summary: 'Multiplies or replaces the times of replies',
      description:
        'Factors of several multiply; of two that give a time the later one counts. The answer comes when every process of the node has taken it in.',
      parameters,
      answer: ({ body, parameters: { name } }) => put(name!, body),
    },
    {
      ...putDetails,
      path: '/admin/latency',
      summary: 'The same under the name `default`',
      answer: ({ body }) => put(DEFAULT_NAME, body),
    },
    {
      method: 'DELETE',
      path: '/admin/latency/:name',
      summary: 'Removes an override of the latency',
      parameters,
      reply: removedSchema,
      failures: [UNKNOWN, NOT_ACKNOWLEDGED],
      answer: async ({ parameters: { name } }) => {
        await parts.overrides.removeLatency(name!);
        return { status: 200, document: { removed: 1 } };
      },
    },
    {
      method: 'DELETE',
      path: '/admin/latency',
      summary: 'Removes all overrides of the latency',
      reply: removedSchema,
      failures: [NOT_ACKNOWLEDGED],
      answer: async () => ({ status: 200, document: { removed: await parts.overrides.removeLatencies() } }),
    },
  ];
}

function nameError(accepted: string): AdminError {
  return new AdminError(422, 'invalid_name', `The name must have ${accepted}.`, { param: 'name' });
}
