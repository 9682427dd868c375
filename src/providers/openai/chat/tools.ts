/**
 * The tools of a chat request and which of them the reply may call: `tools` with `tool_choice`, and the older `functions` with
 * `function_call`. Shapes: ChatCompletionTool, CustomToolChatCompletions and ChatCompletionToolChoiceOption of OpenAI's published OpenAPI
 * document.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ToolDefinition, ToolOffer } from '../../generation.js';
import { invalidRequest, shown } from '../errors.js';
import {
  aBoolean,
  arrayOf,
  aString,
  type FieldRule,
  missing,
  objectOf,
  oneOf,
  stringOf,
  tagOf,
  wrongType,
} from '../field-rules.js';
import { schemaObjection } from '../structured-schema.js';
import { functionName } from './messages.js';

const TOOLS_MAX = 128;
const TOOL_TYPES = ['function', 'custom'];
const CHOICES = ['none', 'auto', 'required'];
const CHOICE_TYPES = ['function', 'allowed_tools', 'custom'];

/** One tool as the request describes it: what counts as prompt, and what a call of it needs. */
export interface ChatTool {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly description: string;
  /** JSON Schema of a function's arguments. */
  readonly parameters: unknown;
  /** What a custom tool's input has to look like. */
  readonly grammar: string;
}

export interface ChatTools {
  readonly tools: readonly ChatTool[];
  /** Whether a call is message.function_call rather than message.tool_calls. */
  readonly legacy: boolean;
  readonly offer: ToolOffer | undefined;
}

/** The rule of a function's parameters; `param` is what the error names, which the request's path is not always. */
const parametersRule = (parameters: unknown, name: string, strict: boolean, path: string): void => {
  if (!isObject(parameters)) throw wrongType(path, 'an object', parameters);
  const objection = schemaObjection(parameters, strict) ?? objectionToFunction(parameters);
  if (objection !== undefined) {
    const message = `Invalid schema for function '${name}': ${objection}`;
    throw invalidRequest(message, path, 'invalid_function_parameters');
  }
};

function objectionToFunction(parameters: JsonObject): string | undefined {
  return isObject(parameters.properties) ? undefined : 'In context=(), object schema missing properties.';
}

const functionFields = { name: functionName, description: stringOf({}), parameters: () => {}, strict: aBoolean };

const functionRule: FieldRule = (value, path) => {
  objectOf(functionFields, ['name'])(value, path);
  const { name, parameters, strict } = value as JsonObject;
  if (parameters === undefined || parameters === null) return;
  parametersRule(parameters, name as string, strict === true, `${path}.parameters`);
};

const legacyFunctionRule: FieldRule = (value, path) => {
  const { strict, ...fields } = functionFields;
  objectOf(fields, ['name'])(value, path);
  const { name, parameters } = value as JsonObject;
  if (parameters === undefined || parameters === null) return;
  parametersRule(parameters, name as string, false, `${path}.parameters`);
};

const grammarRule = objectOf({ definition: stringOf({}), syntax: oneOf('lark', 'regex') }, ['definition', 'syntax']);

const formatRule: FieldRule = (value, path) => {
  objectOf({ type: oneOf('text', 'grammar'), grammar: grammarRule }, ['type'])(value, path);
  const { type, grammar } = value as JsonObject;
  if (type === 'grammar' && !isObject(grammar)) throw missing(`${path}.grammar`);
};

const customRule = objectOf({ name: functionName, description: stringOf({}), format: formatRule }, ['name']);

const toolRule: FieldRule = (tool, path) => {
  const type = tagOf(tool, path, TOOL_TYPES);
  objectOf({ type: aString, [type]: type === 'function' ? functionRule : customRule }, [type])(tool, path);
};

const namedRule = objectOf({ name: functionName }, ['name']);

const toolReferenceRule: FieldRule = (tool, path) => {
  const type = tagOf(tool, path, TOOL_TYPES);
  objectOf({ type: aString, [type]: namedRule }, [type])(tool, path);
};

const allowedToolsRule = objectOf(
  { mode: oneOf('auto', 'required'), tools: arrayOf(toolReferenceRule, 1, TOOLS_MAX) },
  ['mode', 'tools'],
);

const toolChoiceRule: FieldRule = (value, path) => {
  if (typeof value === 'string') return oneOf(...CHOICES)(value, path);
  if (!isObject(value)) throw wrongType(path, 'one of a string or object', value);
  const type = tagOf(value, path, CHOICE_TYPES);
  objectOf({ type: aString, [type]: type === 'allowed_tools' ? allowedToolsRule : namedRule }, [type])(value, path);
};

const functionCallRule: FieldRule = (value, path) => {
  if (typeof value === 'string') oneOf('none', 'auto')(value, path);
  else if (isObject(value)) namedRule(value, path);
  else throw wrongType(path, 'one of a string or object', value);
};

/** The fields of a request that are about tools. */
export const TOOL_FIELDS = {
  tools: arrayOf(toolRule, 1, TOOLS_MAX),
  tool_choice: toolChoiceRule,
  parallel_tool_calls: aBoolean,
  functions: arrayOf(legacyFunctionRule, 1, TOOLS_MAX),
  function_call: functionCallRule,
};

/** What a request whose fields follow TOOL_FIELDS offers. @throws ApiError for fields that contradict each other */
export function parseTools(body: JsonObject): ChatTools {
  const tools = ((body.tools ?? []) as readonly CheckedTool[]).map(chatTool);
  const functions = ((body.functions ?? []) as readonly CheckedFunction[]).map(functionTool);
  checkDependents(body, ['tool_choice', 'parallel_tool_calls'], 'tools', tools.length > 0);
  checkDependents(body, ['function_call'], 'functions', functions.length > 0);
  const legacy = tools.length === 0 && functions.length > 0;
  const offered = legacy ? functions : tools;
  if (offered.length === 0) return { tools: [], legacy: false, offer: undefined };
  return { tools: offered, legacy, offer: legacy ? legacyOffer(functions, body) : offerOf(tools, body) };
}

interface CheckedFunction {
  readonly name: string;
  readonly description?: string | null;
  readonly parameters?: unknown;
}

interface CheckedTool {
  readonly type: string;
  readonly function: CheckedFunction;
  readonly custom: {
    readonly name: string;
    readonly description?: string | null;
    readonly format?: { readonly grammar?: { readonly definition: string } | null } | null;
  };
}

function chatTool(tool: CheckedTool): ChatTool {
  if (tool.type === 'function') return functionTool(tool.function);
  const { name, description, format } = tool.custom;
  return {
    kind: 'custom',
    name,
    description: description ?? '',
    parameters: undefined,
    grammar: format?.grammar?.definition ?? '',
  };
}

function functionTool({ name, description, parameters }: CheckedFunction): ChatTool {
  return { kind: 'function', name, description: description ?? '', parameters: parameters ?? undefined, grammar: '' };
}

function checkDependents(body: JsonObject, fields: readonly string[], on: string, isThere: boolean): void {
  for (const field of fields) {
    if (isThere || body[field] === undefined || body[field] === null) continue;
    const message = `Invalid value for '${field}': '${field}' is only allowed when '${on}' are specified.`;
    throw invalidRequest(message, field, null);
  }
}

function definition({ kind, name, parameters }: ChatTool): ToolDefinition {
  return kind === 'custom' ? { name, freeText: true } : { name, schema: parameters };
}

interface NamedChoice {
  readonly type: string;
  readonly function: { readonly name: string };
  readonly custom: { readonly name: string };
  readonly allowed_tools: { readonly mode: 'auto' | 'required'; readonly tools: readonly NamedChoice[] };
}

function offerOf(tools: readonly ChatTool[], body: JsonObject): ToolOffer {
  const all = tools.map(definition);
  const parallel = body.parallel_tool_calls === true;
  const choice = (body.tool_choice ?? 'auto') as 'auto' | 'none' | 'required' | NamedChoice;
  if (typeof choice === 'string') return { tools: all, choice, parallel };
  if (choice.type !== 'allowed_tools') return { tools: all, choice: { name: named(choice, tools).name }, parallel };
  const { mode, tools: allowed } = choice.allowed_tools;
  return { tools: allowed.map((reference) => definition(named(reference, tools))), choice: mode, parallel };
}

function named(reference: NamedChoice, tools: readonly ChatTool[]): ChatTool {
  const name = reference.type === 'custom' ? reference.custom.name : reference.function.name;
  const tool = tools.find((candidate) => candidate.kind === reference.type && candidate.name === name);
  if (tool !== undefined) return tool;
  const noun = reference.type === 'custom' ? 'custom tool' : 'function';
  throw noSuchTool('tool_choice', noun, name, 'tools');
}

function legacyOffer(functions: readonly ChatTool[], body: JsonObject): ToolOffer {
  const all = functions.map(definition);
  const call = (body.function_call ?? 'auto') as 'auto' | 'none' | { readonly name: string };
  if (typeof call === 'string') return { tools: all, choice: call, parallel: false };
  if (functions.some(({ name }) => name === call.name)) {
    return { tools: all, choice: { name: call.name }, parallel: false };
  }
  throw noSuchTool('function_call', 'function', call.name, 'functions');
}

function noSuchTool(field: string, noun: string, name: string, where: string): Error {
  const message = `Invalid value for '${field}': no ${noun} named ${shown(name)} was specified in the '${where}' parameter.`;
  return invalidRequest(message, field, null);
}
