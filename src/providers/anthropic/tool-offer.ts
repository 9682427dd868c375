/**
 * Which of a request's tools a reply may call, and how its calls look on the wire. The client's own tools and those that Anthropic
 * defines for clients are called; server tools (web search, code execution, …) are not, since nothing runs behind the simulator, and
 * neither are tools that wait to be found by a search or that only code may call.
 */

import { isObject, type JsonObject } from '../../kernel/json-object.js';
import type { ToolDefinition, ToolOffer } from '../generation.js';
import { CLIENT_TOOLS, CLIENT_TOOLSETS } from './client-tools.js';
import { nameOf, typeOf } from './tool-definitions.js';

export interface ToolChoice {
  readonly type: 'auto' | 'any' | 'tool' | 'none';
  readonly name?: string;
  readonly disable_parallel_tool_use?: boolean | null;
}

export interface CallableTools {
  readonly offer: ToolOffer | undefined;
  /** The family of a called tool that is a toolset's member. */
  readonly toolsetOf: ReadonlyMap<string, string>;
}

/** What the checked tools and the checked choice among them offer; the first of several tools of one name counts. */
export function callableTools(tools: readonly JsonObject[], choice: ToolChoice | undefined): CallableTools {
  const definitions = new Map<string, ToolDefinition>();
  const toolsetOf = new Map<string, string>();
  for (const tool of tools) {
    const toolset = toolsetMember(tool);
    const definition = toolset?.definition ?? definitionOf(tool);
    if (definition === undefined || !isCallable(tool, choice)) continue;
    if (definitions.has(definition.name)) continue;
    definitions.set(definition.name, definition);
    if (toolset !== undefined) toolsetOf.set(definition.name, toolset.family);
  }
  if (definitions.size === 0) return { offer: undefined, toolsetOf };
  // By default a model may call several tools at once; it does where the client says that it may.
  const parallel = choice?.disable_parallel_tool_use === false;
  return { offer: { tools: [...definitions.values()], choice: wayOf(choice), parallel }, toolsetOf };
}

function wayOf(choice: ToolChoice | undefined): ToolOffer['choice'] {
  switch (choice?.type) {
    case 'any':
      return 'required';
    case 'tool':
      return { name: choice.name ?? '' };
    case 'none':
      return 'none';
    default:
      return 'auto';
  }
}

function definitionOf(tool: JsonObject): ToolDefinition | undefined {
  const type = typeOf(tool) as string;
  if (type === 'custom') return { name: nameOf(tool) ?? '', schema: tool.input_schema };
  const known = Object.hasOwn(CLIENT_TOOLS, type) ? CLIENT_TOOLS[type] : undefined;
  return known === undefined ? undefined : { name: known.name, schema: known.input };
}

function toolsetMember(tool: JsonObject): { readonly family: string; readonly definition: ToolDefinition } | undefined {
  const type = typeOf(tool) as string;
  if (!Object.hasOwn(CLIENT_TOOLSETS, type)) return undefined;
  const { toolset, member } = CLIENT_TOOLSETS[type];
  const config = isObject(tool.configs) ? tool.configs[member] : undefined;
  if (isObject(config) && config.enabled === false) return undefined;
  return {
    family: toolset,
    definition: { name: member, schema: { type: 'object', properties: {}, additionalProperties: false } },
  };
}

function isCallable(tool: JsonObject, choice: ToolChoice | undefined): boolean {
  const callers = tool.allowed_callers;
  if (Array.isArray(callers) && !callers.includes('direct')) return false;
  return tool.defer_loading !== true || (choice?.type === 'tool' && choice.name === nameOf(tool));
}
