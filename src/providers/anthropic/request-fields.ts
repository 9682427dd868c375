/**
 * The top-level fields of a request for a message, or for the count of its tokens, each with its rule. Fields: MessageCreateParams,
 * MessageCountTokensParams and their beta forms in Anthropic's SDK; fields of beta features are taken without the beta's header.
 */
import { type ApiVersion, isLegacy } from './api-version.js';
import { cacheControl } from './cache-control.js';
import { textBlock } from './content-blocks.js';
import {
  aBoolean,
  anObject,
  anything,
  aString,
  decimal,
  type FieldRule,
  integer,
  invalid,
  listOf,
  objectOf,
  oneOf,
  stringOr,
  taggedBy,
  text,
  unsetOr,
} from './field-rules.js';
import { messagesRule } from './messages-rule.js';
import { toolChoiceRule, toolRule } from './tool-definitions.js';

/** The API's own smallest budget. */
const THINKING_BUDGET_TOKENS_MIN = 1_024;
/** What Anthropic's documentation for Amazon Bedrock names as the limit. */
const STOP_SEQUENCES_MAX = 8_191;
const MODEL_CHARACTERS_MAX = 256;
const USER_ID_CHARACTERS_MAX = 512;
const MCP_SERVERS_MAX = 20;

const display = { display: oneOf('summarized', 'omitted', 'updates'), block_binding: anObject };

const thinking = taggedBy({
  enabled: objectOf({
    required: { type: anything, budget_tokens: integer(THINKING_BUDGET_TOKENS_MIN) },
    optional: display,
  }),
  adaptive: objectOf({ required: { type: anything }, optional: display }),
  disabled: objectOf({ required: { type: anything } }),
  between_tools: objectOf({ required: { type: anything } }),
});

const jsonFormat = objectOf({ required: { type: oneOf('json_schema'), schema: anObject } });

const stopSequence: FieldRule = (value, path) => {
  aString(value, path);
  if ((value as string).trim() === '')
    throw invalid('stop_sequences', 'each stop sequence must contain non-whitespace');
};

const mcpServer = objectOf({
  required: { type: oneOf('url'), name: aString, url: aString },
  optional: { authorization_token: aString, tool_configuration: anObject },
});

/** Of both endpoints. */
const PROMPT_FIELDS: { readonly [field: string]: FieldRule } = {
  system: stringOr(listOf(taggedTextOnly)),
  tools: listOf(toolRule),
  tool_choice: taggedBy(toolChoiceRule),
  thinking,
  output_config: objectOf({
    optional: { effort: oneOf('low', 'medium', 'high', 'xhigh', 'max'), format: jsonFormat, task_budget: anObject },
  }),
  output_format: jsonFormat,
  cache_control: cacheControl,
  context_management: objectOf({ optional: { edits: listOf(anObject) } }),
  compaction: anObject,
  mcp_servers: listOf(mcpServer, { atMost: MCP_SERVERS_MAX }),
  speed: oneOf('standard', 'fast'),
  billing_policy: anObject,
};

const MESSAGE_FIELDS: { readonly [field: string]: FieldRule } = {
  stream: aBoolean,
  stop_sequences: listOf(stopSequence, { atMost: STOP_SEQUENCES_MAX }),
  metadata: objectOf({ optional: { user_id: text({ atMost: USER_ID_CHARACTERS_MAX }) } }),
  service_tier: oneOf('auto', 'standard_only'),
  container: stringOr(objectOf({ optional: { id: aString, skills: listOf(anObject) } })),
  diagnostics: objectOf({ optional: { previous_message_id: aString } }),
  inference_geo: aString,
  fallbacks: anything,
  fallback_credit_token: anything,
  thread: taggedBy({
    create: objectOf({ required: { type: anything } }),
    continue: objectOf({ required: { type: anything, previous_message_id: aString } }),
  }),
};

/** Gone from API version 2026-10-21. */
const SAMPLING_FIELDS: { readonly [field: string]: FieldRule } = {
  temperature: decimal(0, 1),
  top_p: unsetOr(decimal(0, 1)),
  top_k: unsetOr(integer(0)),
};

const REQUIRED = { model: text({ atLeast: 1, atMost: MODEL_CHARACTERS_MAX }), messages: messagesRule };

/** The rule of the body of POST /v1/messages. */
export function messageBodyRule(version: ApiVersion): FieldRule {
  return isLegacy(version) ? legacyMessageBody : messageBody;
}

const messageRequired = { ...REQUIRED, max_tokens: integer(0) };
const messageBody = objectOf({ required: messageRequired, optional: { ...PROMPT_FIELDS, ...MESSAGE_FIELDS } });
const legacyMessageBody = objectOf({
  required: messageRequired,
  optional: { ...PROMPT_FIELDS, ...MESSAGE_FIELDS, ...SAMPLING_FIELDS },
});

/** The rule of the body of POST /v1/messages/count_tokens. */
export const countTokensBodyRule = objectOf({ required: REQUIRED, optional: PROMPT_FIELDS });

/** System prompts hold text alone, whose kind their paths do not repeat. */
function taggedTextOnly(value: unknown, path: string): void {
  anObject(value, path);
  const { type } = value as { type?: unknown };
  if (type === undefined) throw invalid(`${path}.type`, 'Field required');
  oneOf('text')(type, `${path}.type`);
  textBlock(value, path);
}
