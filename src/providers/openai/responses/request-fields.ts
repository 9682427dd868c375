/**
 * The top-level fields of the Responses endpoints' requests, in the order in which the real API reports what is wrong with them.
 * Source: CreateResponse, TokenCountsBody and CompactResponseMethodPublicBody of OpenAI's published OpenAPI document; `access_programs`,
 * `image` and what else it lacks, the types of OpenAI's SDK; the penalties, the API's published reference.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { invalidRequest } from '../errors.js';
import { aBoolean, aString, decimal, type FieldRule, integer, stringOf, wrongType } from '../field-rules.js';
import { metadataRule } from '../request-fields.js';
import { schemaObjection } from '../structured-schema.js';
import { INPUT_PARTS } from './content-rules.js';
import { input } from './item-rules.js';
import { document, idOf, list, mapOf, object, oneOf, type Rules, tagged, variant } from './shape-rules.js';
import { toolChoice } from './tool-choice-rules.js';
import { tools } from './tool-rules.js';

const FORMAT_NAME_MAX = 64;
const SAFETY_IDENTIFIER_MAX = 64;
const OUTPUT_TOKENS_MIN = 16;
const COMPACT_THRESHOLD_MIN = 1_000;

const INCLUDES = [
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
  'reasoning.encrypted_content',
  'message.output_text.logprobs',
];

export const include = oneOf(...INCLUDES);

const promptVariable: FieldRule = (value, path) => {
  if (typeof value !== 'string') tagged(INPUT_PARTS)(value, path);
};
const prompt = object({ id: aString }, { version: aString, variables: mapOf(promptVariable) });

const moderated = object({ mode: oneOf('score', 'block') });
const moderation = object({ model: aString }, { policy: object({}, { input: moderated, output: moderated }) });

const metadata: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'a metadata object', value);
  metadataRule(value, path);
};

const schemaFormat = variant(
  { name: stringOf({ minLength: 1, maxLength: FORMAT_NAME_MAX, pattern: /^[a-zA-Z0-9_-]+$/ }), schema: document },
  { description: aString, strict: aBoolean },
);

const jsonSchema: FieldRule = (value, path) => {
  schemaFormat(value, path);
  const { name, schema, strict } = value as JsonObject;
  const objection = schemaObjection(schema, strict === true);
  if (objection === undefined) return;
  throw invalidRequest(
    `Invalid schema for response_format '${name}': ${objection}`,
    `${path}.schema`,
    'invalid_json_schema',
  );
};

const format = tagged({ json_object: variant(), text: variant(), json_schema: jsonSchema });

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const effort: FieldRule = (value, path) => {
  if (typeof value !== 'string') {
    throw wrongType(
      path,
      "one of one of 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', or 'max' or integer",
      value,
    );
  }
  oneOf(...EFFORTS)(value, path);
};
const summary = oneOf('concise', 'detailed', 'auto');
const reasoning = object(
  {},
  {
    effort,
    summary,
    generate_summary: summary,
    mode: aString,
    context: oneOf('auto', 'current_turn', 'all_turns'),
  },
);

const conversation: FieldRule = (value, path) => {
  if (typeof value !== 'string') object({ id: aString })(value, path);
};

const cacheOptions = object({}, { ttl: oneOf('30m'), mode: oneOf('implicit', 'explicit') });
const cacheOptionsOfCreate = object(
  {},
  {
    ttl: oneOf('30m', '12h'),
    mode: oneOf('implicit', 'explicit'),
    prewarm: aBoolean,
    comparison_response_id: idOf('resp'),
  },
);
const accessPrograms = object({}, { cyber: oneOf('standard', 'daybreak_blue', 'daybreak_red') });
const imageSettings = object({}, { context_compression: oneOf('auto', 'enabled', 'disabled') });
const cacheRetention = oneOf('in_memory', '24h');
const textSettings = object({}, { format, verbosity: oneOf('low', 'medium', 'high') });
const truncation = oneOf('auto', 'disabled');
const serviceTier = oneOf('auto', 'default', 'fast', 'flex', 'priority', 'scale', 'ultrafast');

/** POST /v1/responses. */
export const CREATE_FIELDS: Rules = {
  model: aString,
  input,
  previous_response_id: aString,
  conversation,
  prompt,
  moderation,
  include: list(include, {
    noun: "one of 'fil...lts', 'web...lts', 'web...ces', 'mes...url', 'com...url', 'cod...uts', 'rea...ent', or 'mes...obs'",
  }),
  tools,
  tool_choice: toolChoice,
  metadata,
  text: textSettings,
  temperature: decimal(0, 2),
  top_p: decimal(0, 1),
  presence_penalty: decimal(-2, 2),
  frequency_penalty: decimal(-2, 2),
  parallel_tool_calls: aBoolean,
  stream: aBoolean,
  stream_options: object({}, { include_obfuscation: aBoolean }),
  background: aBoolean,
  max_output_tokens: integer(OUTPUT_TOKENS_MIN),
  max_tool_calls: integer(1),
  reasoning,
  user: aString,
  safety_identifier: stringOf({ maxLength: SAFETY_IDENTIFIER_MAX }),
  prompt_cache_options: cacheOptionsOfCreate,
  prompt_cache_key: aString,
  prompt_cache_retention: cacheRetention,
  truncation,
  instructions: aString,
  store: aBoolean,
  service_tier: serviceTier,
  top_logprobs: integer(0, 20),
  access_programs: accessPrograms,
  image: imageSettings,
  context_management: list(object({ type: aString }, { compact_threshold: integer(COMPACT_THRESHOLD_MIN) })),
};

/** POST /v1/responses/input_tokens. */
export const COUNT_FIELDS: Rules = {
  model: aString,
  input,
  previous_response_id: aString,
  conversation,
  tools,
  tool_choice: toolChoice,
  text: textSettings,
  parallel_tool_calls: aBoolean,
  reasoning,
  truncation,
  instructions: aString,
  personality: aString,
};

/** POST /v1/responses/compact. */
export const COMPACT_FIELDS: Rules = {
  model: aString,
  input,
  previous_response_id: aString,
  prompt_cache_options: cacheOptions,
  prompt_cache_key: aString,
  prompt_cache_retention: cacheRetention,
  instructions: aString,
  service_tier: serviceTier,
  image: imageSettings,
};
