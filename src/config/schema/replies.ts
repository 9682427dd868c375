/**
 * The `replies` section: what replies say. Rules are a list, so a file's list replaces a lower layer's, and what a rule leaves out
 * has no default to fill in: each description says what its absence means.
 */
import { generators } from '../../content/registry.js';
import type { FaultKind } from '../../faults/contract.js';
import { afterMs } from '../../faults/parameters.js';
import { faultKinds, faultSettingSchema, settingSchema } from '../../faults/registry.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { distributionSchema } from '../../latency/registry.js';
import { type FaultSettingMark, settingOrName } from './faults.js';
import { headerPatternsSchema } from './header-patterns.js';

/** Matching costs every request one look at every rule before the one that fits. */
const rulesMax = 200;
const textCharsMax = 100_000;
const patternCharsMax = 1_000;

const generatorNames = generators.map(({ name }) => name);

const text = { type: 'string', maxLength: textCharsMax } as const;
const regularExpression = { type: 'string', minLength: 1, maxLength: patternCharsMax } as const;
const glob = { type: 'string', minLength: 1, maxLength: 160 } as const;

const matchSchema = {
  type: 'object',
  description: 'What a request has to be like; every key that is given has to fit. Without keys: any request.',
  additionalProperties: false,
  properties: {
    model: {
      ...glob,
      description: 'Name of the configured model that serves the request; `*` stands for any characters.',
    },
    endpoint: {
      ...glob,
      description:
        'Name of the endpoint, such as `openai.chat.completions` or `anthropic.*`; `*` stands for any characters.',
    },
    last_message: {
      ...regularExpression,
      description:
        'Regular expression that occurs in the text of the last message that a user wrote; its first 4096 characters are looked at. A dot also matches the end of a line.',
    },
    headers: headerPatternsSchema,
    ignore_case: {
      type: 'boolean',
      description: 'Whether upper and lower case are equal to the regular expressions. Absent: they differ.',
    },
    after_tool_result: {
      type: 'boolean',
      description:
        "Whether the conversation's last turn is the result of a tool. Absent: false for a rule that calls tools, so that no agent is caught in a loop; either for any other.",
    },
    probability: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description: 'Share of the requests that fit; the others go on to the next rule. Absent: all.',
    },
  },
} as const satisfies JsonSchema;

const toolCallSchema = {
  type: 'object',
  title: 'a tool call',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9_.:-]{1,128}$',
      title: 'a tool name: 1 to 128 letters, digits, "_", ".", ":" or "-"',
      description: 'Name of the tool, whether or not the request offers it.',
    },
    arguments: {
      type: ['object', 'string'],
      maxProperties: 100,
      maxLength: textCharsMax,
      title: 'a mapping of arguments, or a string',
      additionalProperties: true,
      description:
        "The input. A mapping becomes JSON, every text in it a template; a string is a template of the input itself. Absent: generated from the schema of the request's tool.",
    },
  },
} as const satisfies JsonSchema;

const latencySchema = {
  type: 'object',
  description: 'How long the reply takes. Absent: as the model is configured.',
  additionalProperties: false,
  properties: {
    ttft: { ...distributionSchema, description: 'Time to first token, whatever the length of the prompt.' },
    itl: {
      ...distributionSchema,
      description: 'Inter-token latency: the gap between two tokens, which come one by one.',
    },
  },
} as const satisfies JsonSchema;

/** A timeout of a reply rule may give its wait as every other fault does, and has none unless it says so. */
function replySetting(kind: FaultKind): JsonSchema {
  const schema = settingSchema(kind);
  return kind.name === 'timeout' ? { ...schema, properties: { ...schema.properties, after_ms: afterMs } } : schema;
}

/** Accepts the parameters of exactly one of the kinds, told apart by `kind`. */
export const replyFaultSettingSchema: JsonSchema = {
  ...faultSettingSchema,
  oneOf: faultKinds.map(replySetting),
};

const replyFaultSchema: FaultSettingMark = settingOrName(replyFaultSettingSchema);

const replySchema = {
  type: 'object',
  description: 'What the request gets. Without keys: what it would get without rules.',
  additionalProperties: false,
  properties: {
    text: {
      ...text,
      description: 'Template of the text. Absent: none beside `tool_calls`, else that of the generator.',
    },
    tool_calls: {
      type: 'array',
      minItems: 1,
      maxItems: 16,
      items: toolCallSchema,
      description: 'The tools that the reply calls. Absent: as without rules, but none beside a `text`.',
    },
    finish_reason: {
      type: 'string',
      enum: ['stop', 'length', 'tool_calls', 'content_filter'],
      description: "Why the reply ends, in the provider's own words. Absent: what follows from the reply.",
    },
    latency: latencySchema,
    fault: {
      ...replyFaultSchema,
      description:
        'A fault of docs/faults.md: the name of a kind, or a mapping with `kind` and its parameters. Beside one that answers with an error nothing else may be given. A `timeout` waits `after_ms`, by default 0.',
    },
  },
} as const satisfies JsonSchema;

const ruleSchema = {
  type: 'object',
  title: 'a rule',
  additionalProperties: false,
  required: ['reply'],
  properties: {
    name: { type: 'string', maxLength: 128, description: 'For the reader of the configuration.' },
    match: matchSchema,
    reply: replySchema,
  },
} as const satisfies JsonSchema;

export const repliesSchema = {
  type: 'object',
  description: 'What replies say: see docs/content.md.',
  additionalProperties: false,
  default: {},
  properties: {
    generator: {
      type: 'string',
      enum: generatorNames,
      default: 'text',
      description: 'What a reply says when no rule says otherwise and the request asks for no JSON document.',
    },
    text: { ...text, default: '', description: 'The text of the generators `fixed` and `template`.' },
    tool_call_probability: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 1,
      description:
        'Share of the requests that offer tools and leave the choice to the model in which it calls one; never after the result of a tool.',
    },
    rules: {
      type: 'array',
      maxItems: rulesMax,
      items: ruleSchema,
      default: [],
      description: 'Replies to certain requests; the first rule that fits decides.',
    },
  },
} as const satisfies JsonSchema;
