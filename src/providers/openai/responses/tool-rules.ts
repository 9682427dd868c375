/** The tools of a request. Shapes: Tool and what it refers to in OpenAI's published OpenAPI document. */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { invalidRequest } from '../errors.js';
import { aBoolean, aString, type FieldRule, integer, stringOf, tagOf, wrongType } from '../field-rules.js';
import { schemaObjection } from '../structured-schema.js';
import { exclusive, missingOneOf } from './exclusive-parameters.js';
import { anyJson, document, list, mapOf, object, oneOf, type Rules, tagged, variant } from './shape-rules.js';

const NAME_MAX = 128;
const NAME = stringOf({ minLength: 1, maxLength: NAME_MAX, pattern: /^[a-zA-Z0-9_-]+$/ });
/** The API takes at most this many tools. */
const TOOLS_MAX = 1_024;
const FILES_MAX = 50;
const SKILLS_MAX = 200;
/** How deep filters of a file search may be nested: assumed. */
const FILTER_DEPTH_MAX = 16;

const callers = list(oneOf('direct', 'programmatic'), { noun: "one of 'direct' or 'programmatic'" });
const strings = list(aString, { noun: 'strings' });
const aNumber: FieldRule = (value, path) => {
  if (typeof value !== 'number') throw wrongType(path, 'a decimal', value);
};

const functionMembers = variant(
  { name: NAME },
  {
    description: aString,
    parameters: document,
    output_schema: document,
    strict: aBoolean,
    defer_loading: aBoolean,
    allowed_callers: callers,
  },
);

const functionTool: FieldRule = (value, path) => {
  functionMembers(value, path);
  const { name, parameters, strict } = value as JsonObject;
  if (!isObject(parameters)) return;
  const objection = schemaObjection(parameters, strict === true);
  if (objection === undefined) return;
  const message = `Invalid schema for function '${name}': ${objection}`;
  throw invalidRequest(message, `${path}.parameters`, 'invalid_function_parameters');
};

const grammar = tagged({
  text: variant(),
  grammar: variant({ syntax: oneOf('lark', 'regex'), definition: aString }),
});

const customTool = variant(
  { name: NAME },
  { description: aString, format: grammar, defer_loading: aBoolean, allowed_callers: callers },
);

const namespaceTool = variant({
  name: stringOf({ minLength: 1 }),
  description: aString,
  tools: list(tagged({ function: functionTool, custom: customTool }), { noun: 'tools', minimum: 1 }),
});

/** What an attribute is compared with: ComparisonFilter.value. */
const compared: FieldRule = (value, path) => {
  const isScalar = (item: unknown) => typeof item === 'string' || typeof item === 'number';
  if (typeof value === 'boolean' || isScalar(value) || (Array.isArray(value) && value.every(isScalar))) return;
  throw wrongType(path, 'one of a string, a decimal, a boolean, or an array of strings and decimals', value);
};

const comparison: FieldRule = (value, path) => {
  object({ type: anyJson, key: aString, value: compared })(value, path);
};

function filterAt(depth: number): FieldRule {
  return (value, path) => {
    if (depth > FILTER_DEPTH_MAX) {
      throw invalidRequest(`Invalid '${path}': filters are nested too deeply.`, path, 'invalid_value');
    }
    const type = tagOf(value, path, ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'and', 'or']);
    if (type === 'and' || type === 'or') variant({ filters: list(filterAt(depth + 1)) })(value, path);
    else comparison(value, path);
  };
}

const fileSearch = variant(
  { vector_store_ids: strings },
  {
    max_num_results: integer(1, 50),
    ranking_options: object(
      {},
      {
        ranker: oneOf('auto', 'default-2024-11-15'),
        score_threshold: aNumber,
        hybrid_search: object({ embedding_weight: aNumber, text_weight: aNumber }),
      },
    ),
    filters: filterAt(0),
  },
);

const contextSize = oneOf('low', 'medium', 'high');
const location = object(
  {},
  { type: oneOf('approximate'), country: aString, region: aString, city: aString, timezone: aString },
);
const webSearch = variant(
  {},
  {
    external_web_access: aBoolean,
    filters: object({}, { allowed_domains: strings }),
    user_location: location,
    search_context_size: contextSize,
  },
);
const webSearchPreview = variant(
  {},
  {
    user_location: location,
    search_context_size: contextSize,
    search_content_types: list(oneOf('text', 'image')),
  },
);

const mcpFilter = object({}, { tool_names: strings, read_only: aBoolean });
const mcpApproval: FieldRule = (value, path) => {
  if (isObject(value)) object({}, { always: mcpFilter, never: mcpFilter })(value, path);
  else oneOf('always', 'never')(value, path);
};
const mcpTools: FieldRule = (value, path) => {
  if (isObject(value)) mcpFilter(value, path);
  else strings(value, path);
};
const MCP_SERVERS = ['server_url', 'connector_id', 'tunnel_id'] as const;
const mcpMembers = variant(
  { server_label: aString },
  {
    server_url: aString,
    connector_id: aString,
    tunnel_id: stringOf({ pattern: /^tunnel_[a-z0-9]{32}$/ }),
    authorization: aString,
    server_description: aString,
    headers: mapOf(aString),
    allowed_tools: mcpTools,
    allowed_callers: callers,
    require_approval: mcpApproval,
    defer_loading: aBoolean,
  },
);
const mcp: FieldRule = (value, path) => {
  mcpMembers(value, path);
  const given = MCP_SERVERS.filter((name) => typeof (value as { [name: string]: unknown })[name] === 'string');
  if (given.length > 1) throw exclusive(path, given);
  if (given.length === 0) throw missingOneOf(path, MCP_SERVERS);
};

const networkPolicy = tagged({
  disabled: variant(),
  allowlist: variant(
    { allowed_domains: list(aString, { noun: 'strings', minimum: 1 }) },
    { domain_secrets: list(object({ domain: aString, name: aString, value: aString }), { minimum: 1 }) },
  ),
});
const CONTAINER: Rules = {
  file_ids: list(aString, { noun: 'strings', maximum: FILES_MAX }),
  memory_limit: oneOf('1g', '4g', '16g', '64g'),
  network_policy: networkPolicy,
};
const codeInterpreter = variant(
  {
    container: (value, path) => {
      if (typeof value !== 'string') tagged({ auto: variant({}, CONTAINER) })(value, path);
    },
  },
  { allowed_callers: callers },
);

const skill = tagged({
  skill_reference: variant({ skill_id: stringOf({ minLength: 1, maxLength: 64 }) }, { version: aString }),
  inline: variant({
    name: aString,
    description: aString,
    source: tagged({ base64: variant({ media_type: oneOf('application/zip'), data: stringOf({ minLength: 1 }) }) }),
  }),
});
const localSkill = object({ name: aString, description: aString, path: aString });
const shell = variant(
  {},
  {
    environment: tagged({
      container_auto: variant({}, { ...CONTAINER, skills: list(skill, { maximum: SKILLS_MAX }) }),
      local: variant({}, { skills: list(localSkill, { maximum: SKILLS_MAX }) }),
      container_reference: variant({ container_id: aString }),
    }),
    allowed_callers: callers,
  },
);

const imageGeneration = variant(
  {},
  {
    model: aString,
    quality: oneOf('low', 'medium', 'high', 'auto'),
    size: aString,
    output_format: oneOf('png', 'webp', 'jpeg'),
    output_compression: integer(0, 100),
    moderation: oneOf('auto', 'low'),
    background: oneOf('transparent', 'opaque', 'auto'),
    input_fidelity: oneOf('high', 'low'),
    input_image_mask: object({}, { image_url: aString, file_id: aString }),
    partial_images: integer(0, 3),
    action: oneOf('generate', 'edit', 'auto'),
  },
);

const computerPreview = variant({
  environment: oneOf('windows', 'mac', 'linux', 'ubuntu', 'browser'),
  display_width: integer(1),
  display_height: integer(1),
});
const toolSearch = variant({}, { execution: oneOf('server', 'client'), description: aString, parameters: document });

const TOOLS: Rules = {
  function: functionTool,
  file_search: fileSearch,
  computer: variant(),
  computer_use_preview: computerPreview,
  web_search: webSearch,
  web_search_2025_08_26: webSearch,
  mcp,
  code_interpreter: codeInterpreter,
  programmatic_tool_calling: variant(),
  image_generation: imageGeneration,
  local_shell: variant(),
  shell,
  custom: customTool,
  namespace: namespaceTool,
  tool_search: toolSearch,
  web_search_preview: webSearchPreview,
  web_search_preview_2025_03_11: webSearchPreview,
  apply_patch: variant({}, { allowed_callers: callers }),
};

export const tools: FieldRule = list(tagged(TOOLS), { noun: 'tools', maximum: TOOLS_MAX });
