/**
 * Items of an input as the API lists them: each with an identifier and a status, contents as lists of parts, and the members that the
 * schema of a listed item requires. Shapes: ItemResource of OpenAI's published OpenAPI document.
 */
import type { JsonObject } from '../../../kernel/json-object.js';
import { typeOfItem } from './item-rules.js';
import type { ResponseIds } from './response-ids.js';
import { toolResource, withoutNulls } from './tool-resources.js';

/** Images and files inside a request are kept up to this size; larger ones are listed without their data. */
const KEPT_DATA_CHARACTERS_MAX = 65_536;

/** How the identifier of an item begins that came without one. */
const PREFIXES: { readonly [type: string]: string } = {
  message: 'msg',
  function_call: 'fc',
  function_call_output: 'fc',
  custom_tool_call: 'ctc',
  custom_tool_call_output: 'ctc',
  computer_call_output: 'cuo',
  reasoning: 'rs',
  compaction: 'cmp',
  shell_call: 'sh',
  shell_call_output: 'sho',
  apply_patch_call: 'apc',
  apply_patch_call_output: 'apco',
  tool_search_call: 'tsc',
  tool_search_output: 'tso',
  additional_tools: 'at',
  mcp_approval_response: 'mcpr',
};

/** What each kind of item has at least. */
const DEFAULTS: { readonly [type: string]: JsonObject } = {
  message: { status: 'completed' },
  function_call: { status: 'completed' },
  function_call_output: { status: 'completed' },
  custom_tool_call: { status: 'completed' },
  custom_tool_call_output: { status: 'completed' },
  computer_call_output: { status: 'completed' },
  code_interpreter_call: { code: null, outputs: null },
  image_generation_call: { status: 'completed', result: null },
  shell_call: { status: 'completed', environment: null },
  shell_call_output: { status: 'completed', max_output_length: null },
  tool_search_call: { status: 'completed', call_id: null, execution: 'client' },
  tool_search_output: { status: 'completed', call_id: null, execution: 'client' },
};

/** The items as they will be listed. @param items checked, references resolved */
export function itemResources(items: readonly JsonObject[], ids: ResponseIds): JsonObject[] {
  return items.flatMap((item) => {
    const type = typeOfItem(item);
    // It asks for something to be done and is nothing in itself.
    if (type === 'compaction_trigger') return [];
    return [itemResource(item, type, ids)];
  });
}

function itemResource(item: JsonObject, type: string, ids: ResponseIds): JsonObject {
  const given = withoutNulls(item);
  const id = given.id ?? ids.next(PREFIXES[type] ?? 'item');
  const whole: JsonObject = { id, type, ...DEFAULTS[type], ...given };
  switch (type) {
    case 'message':
      return { ...whole, content: contentResource(item.content, item.role === 'assistant') };
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { ...whole, output: typeof item.output === 'string' ? item.output : partResources(item.output) };
    case 'computer_call_output':
      return { ...whole, output: withoutLargeData(item.output as JsonObject, 'image_url') };
    case 'image_generation_call':
      return isLarge(whole.result) ? { ...whole, result: null } : whole;
    case 'shell_call':
      return { ...whole, action: { timeout_ms: null, max_output_length: null, ...(item.action as JsonObject) } };
    case 'additional_tools':
    case 'tool_search_output':
      return { ...whole, tools: (item.tools as readonly JsonObject[]).map(toolResource) };
    default:
      return whole;
  }
}

function contentResource(content: unknown, answered: boolean): JsonObject[] {
  if (typeof content !== 'string') return partResources(content);
  return [answered ? outputText(content) : { type: 'input_text', text: content }];
}

export function outputText(text: string, logprobs: readonly JsonObject[] = []): JsonObject {
  return { type: 'output_text', annotations: [], logprobs, text };
}

function partResources(parts: unknown): JsonObject[] {
  return (parts as readonly JsonObject[]).map((part) => {
    const given = withoutNulls(part);
    if (part.type === 'output_text') return { annotations: [], logprobs: [], ...given };
    if (part.type === 'input_image') return { detail: 'auto', ...withoutLargeData(given, 'image_url') };
    return part.type === 'input_file' ? withoutLargeData(given, 'file_data') : given;
  });
}

function withoutLargeData(part: JsonObject, member: string): JsonObject {
  if (!isLarge(part[member])) return part;
  const { [member]: _, ...rest } = part;
  return rest;
}

function isLarge(data: unknown): boolean {
  return typeof data === 'string' && data.length > KEPT_DATA_CHARACTERS_MAX;
}

/** The listed item as the query's `include` asks for it: addresses of images are shown on demand. */
export function showInput(item: JsonObject, include: ReadonlySet<string>): JsonObject {
  if (item.type === 'computer_call_output' && !include.has('computer_call_output.output.image_url')) {
    return { ...item, output: withoutImageUrl(item.output as JsonObject) };
  }
  if (item.type !== 'message' || include.has('message.input_image.image_url')) return item;
  const content = (item.content as readonly JsonObject[]).map((part) =>
    part.type === 'input_image' ? withoutImageUrl(part) : part,
  );
  return { ...item, content };
}

function withoutImageUrl(part: JsonObject): JsonObject {
  const { image_url: _, ...rest } = part;
  return rest;
}
