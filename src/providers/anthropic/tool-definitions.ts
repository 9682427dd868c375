/**
 * What the definitions of tools, and the choice among them, must look like. Types and fields: ToolUnion, BetaToolUnion and ToolChoice of
 * Anthropic's SDK. The many fields of server tools are one list for all of them: nothing here acts on any.
 */

import { isObject, type JsonObject } from '../../kernel/json-object.js';
import { cacheControl } from './cache-control.js';
import { CLIENT_TOOLS, CLIENT_TOOLSETS, TOOLSET_FIELDS } from './client-tools.js';
import {
  aBoolean,
  anObject,
  anything,
  aString,
  type FieldRule,
  type Fields,
  integer,
  invalid,
  listOf,
  objectOf,
  oneOf,
  textLike,
  unknownTag,
} from './field-rules.js';

const NAME_PATTERN = '^[a-zA-Z0-9_-]{1,128}$';

/** What every definition may say. */
const COMMON: Fields['optional'] = {
  cache_control: cacheControl,
  allowed_callers: listOf(aString),
  defer_loading: aBoolean,
  strict: aBoolean,
  input_examples: listOf(anObject),
};

/** What server tools may say besides. */
const SERVER_FIELDS: Fields = {
  optional: {
    max_uses: integer(1),
    allowed_domains: listOf(aString),
    blocked_domains: listOf(aString),
    user_location: anObject,
    citations: anObject,
    max_content_tokens: integer(1),
    url_sources: anObject,
    use_cache: aBoolean,
    response_inclusion: oneOf('full', 'excluded'),
  },
};

/** By type, the name that the definition has to repeat. */
const SERVER_TOOLS: { readonly [type: string]: string } = {
  code_execution_20250522: 'code_execution',
  code_execution_20250825: 'code_execution',
  code_execution_20260120: 'code_execution',
  code_execution_20260521: 'code_execution',
  web_search_20250305: 'web_search',
  web_search_20260209: 'web_search',
  web_search_20260318: 'web_search',
  web_fetch_20250910: 'web_fetch',
  web_fetch_20260209: 'web_fetch',
  web_fetch_20260309: 'web_fetch',
  web_fetch_20260318: 'web_fetch',
  tool_search_tool_bm25: 'tool_search_tool_bm25',
  tool_search_tool_bm25_20251119: 'tool_search_tool_bm25',
  tool_search_tool_regex: 'tool_search_tool_regex',
  tool_search_tool_regex_20251119: 'tool_search_tool_regex',
};

const inputSchema: FieldRule = (value, path) => {
  anObject(value, path);
  const { type, properties, required } = value as JsonObject;
  if (type === undefined) throw invalid(`${path}.type`, 'Field required');
  oneOf('object')(type, `${path}.type`);
  if (properties !== undefined && properties !== null) anObject(properties, `${path}.properties`);
  if (required !== undefined && required !== null) listOf(aString)(required, `${path}.required`);
};

const RULES: { readonly [type: string]: FieldRule } = {
  custom: objectOf({
    required: { name: textLike(NAME_PATTERN), input_schema: inputSchema },
    optional: { ...COMMON, type: anything, description: aString, eager_input_streaming: aBoolean },
  }),
  advisor_20260301: definition('advisor', {
    required: { model: aString },
    optional: { caching: cacheControl, max_tokens: integer(1), max_uses: integer(1) },
  }),
  mcp_toolset: objectOf({
    required: { type: anything, mcp_server_name: aString },
    optional: {
      cache_control: cacheControl,
      configs: anObject,
      default_config: anObject,
      tools: listOf(anObject),
    },
  }),
  ...mapValues(SERVER_TOOLS, (name) => definition(name, SERVER_FIELDS)),
  ...mapValues(CLIENT_TOOLS, ({ name, fields = {} }) => definition(name, fields)),
  ...mapValues(CLIENT_TOOLSETS, () =>
    objectOf({ required: { type: anything }, optional: { ...COMMON, ...TOOLSET_FIELDS.optional } }),
  ),
};

/** Checks one entry of `tools`; without a type it is the client's own. */
export const toolRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw invalid(path, 'Input should be a valid dictionary');
  const type = typeOf(value);
  if (typeof type !== 'string' || !Object.hasOwn(RULES, type)) throw unknownTag(path, type, Object.keys(RULES));
  RULES[type](value, `${path}.${type}`);
};

export const toolChoiceRule: { readonly [type: string]: FieldRule } = {
  auto: choice({}),
  any: choice({}),
  tool: choice({ name: aString }),
  none: objectOf({ required: { type: anything } }),
};

/** The names by which a request refers to a checked tool; a toolset's has none of its own. */
export function nameOf(tool: JsonObject): string | undefined {
  return typeof tool.name === 'string' ? tool.name : undefined;
}

/** "custom" for the client's own tools. */
export function typeOf(tool: JsonObject): unknown {
  return tool.type ?? 'custom';
}

/** What every definition of a tool that Anthropic names looks like. */
function definition(name: string, { required, optional }: Fields): FieldRule {
  return objectOf({
    required: { type: anything, name: oneOf(name), ...required },
    optional: { ...COMMON, ...optional },
  });
}

function choice(required: { readonly [field: string]: FieldRule }): FieldRule {
  return objectOf({ required: { type: anything, ...required }, optional: { disable_parallel_tool_use: aBoolean } });
}

function mapValues<From, To>(
  object: { readonly [key: string]: From },
  map: (value: From) => To,
): { [key: string]: To } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
