/**
 * Which tools the model may call. Functions and custom tools are called, because the client answers for them; tools that the API or the
 * client's machine runs are accepted and never called.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ToolDefinition, ToolOffer } from '../../generation.js';
import { invalidRequest, shown } from '../errors.js';

export interface Callable {
  readonly type: 'function' | 'custom';
  readonly name: string;
  readonly namespace: string | undefined;
  readonly definition: ToolDefinition;
}

export interface Offer {
  readonly offer: ToolOffer | undefined;
  /** By the name under which the model calls them. */
  readonly callables: ReadonlyMap<string, Callable>;
}

/** Throws ApiError when the choice names a tool that is not there. @param body a request that was checked */
export function offerOf(body: JsonObject): Offer {
  const tools = (Array.isArray(body.tools) ? body.tools : []) as readonly JsonObject[];
  checkChoice(body.tool_choice, tools);
  const allowed = allowedTools(body.tool_choice);
  const callables = new Map<string, Callable>();
  for (const callable of tools.flatMap(callablesOf)) {
    const admitted = allowed === undefined || allowed.some((tool) => isChosen(callable, tool));
    if (admitted && !callables.has(callable.name)) callables.set(callable.name, callable);
  }
  if (callables.size === 0) return { offer: undefined, callables };
  const choice = choiceOf(body.tool_choice, callables);
  const definitions = [...callables.values()].map(({ definition }) => definition);
  return { offer: { tools: definitions, choice, parallel: body.parallel_tool_calls === true }, callables };
}

function callablesOf(tool: JsonObject): Callable[] {
  if (tool.type === 'namespace') {
    const inner = tool.tools as readonly JsonObject[];
    return inner.flatMap((member) =>
      callablesOf(member).map((called) => ({ ...called, namespace: String(tool.name) })),
    );
  }
  const { type } = tool;
  // What is loaded later, or called by programs only, is nothing that the model calls itself.
  const reachable = !Array.isArray(tool.allowed_callers) || tool.allowed_callers.includes('direct');
  if ((type !== 'function' && type !== 'custom') || tool.defer_loading === true || !reachable) return [];
  const name = String(tool.name);
  const definition: ToolDefinition =
    type === 'custom' ? { name, freeText: true } : { name, schema: tool.parameters ?? undefined };
  return [{ type, name, namespace: undefined, definition }];
}

/** The tools of a choice of several; undefined for any other choice. */
function allowedTools(choice: unknown): readonly JsonObject[] | undefined {
  return isObject(choice) && choice.type === 'allowed_tools' ? (choice.tools as readonly JsonObject[]) : undefined;
}

function choiceOf(choice: unknown, callables: ReadonlyMap<string, Callable>): ToolOffer['choice'] {
  if (choice === 'none' || choice === 'required') return choice;
  if (!isObject(choice)) return 'auto';
  if (choice.type === 'allowed_tools') return choice.mode === 'required' ? 'required' : 'auto';
  const name = String(choice.name);
  // A tool that is never called was chosen: there is nothing left but to answer.
  return isNamed(choice) && callables.has(name) ? { name } : 'none';
}

function isNamed(choice: JsonObject): boolean {
  return choice.type === 'function' || choice.type === 'custom';
}

function isChosen({ type, name }: JsonObject | Callable, choice: JsonObject): boolean {
  return type === choice.type && (!isNamed(choice) || name === choice.name);
}

function checkChoice(choice: unknown, tools: readonly JsonObject[]): void {
  if (choice === 'required' && tools.length === 0) {
    throw invalidRequest("Tool choice 'required' must be specified with 'tools' parameter.", 'tool_choice', null);
  }
  if (!isObject(choice)) return;
  const chosen = allowedTools(choice) ?? [choice];
  const flat = tools.flatMap((tool) => (tool.type === 'namespace' ? (tool.tools as readonly JsonObject[]) : [tool]));
  for (const tool of chosen) {
    if (flat.some((offered) => isChosen(offered, tool) || isSameKind(offered, tool))) continue;
    const name = isNamed(tool) ? tool.name : tool.type;
    throw invalidRequest(`Tool choice '${shown(String(name))}' not found in 'tools' parameter.`, 'tool_choice', null);
  }
}

/** Hosted tools have several dated names: "web_search_preview" chooses "web_search_preview_2025_03_11". */
function isSameKind(offered: JsonObject, choice: JsonObject): boolean {
  const kind = (type: unknown) =>
    String(type)
      .replace(/_\d{4}_\d{2}_\d{2}$/, '')
      .replace(/_use(_preview)?$/, '');
  return !isNamed(choice) && kind(offered.type) === kind(choice.type);
}
