/** What is said in the items of an input: for counting, for rules that match the last message, and for the search for words. */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { typeOfItem } from './item-rules.js';

/** Items that carry the result of a call, and how the API calls that call. */
const RESULTS: { readonly [type: string]: string } = {
  function_call_output: 'function call',
  custom_tool_call_output: 'custom tool call',
  computer_call_output: 'computer call',
  local_shell_call_output: 'local shell call',
  shell_call_output: 'shell call',
  apply_patch_call_output: 'apply patch call',
};
const CALLS = new Set(Object.keys(RESULTS).map((type) => type.replace('_output', '')));

export function isCall(item: JsonObject): boolean {
  return CALLS.has(typeOfItem(item));
}

/** "function call" for an item that is the result of one; undefined for other items. */
export function calledBy(item: JsonObject): string | undefined {
  const type = typeOfItem(item);
  return Object.hasOwn(RESULTS, type) ? RESULTS[type] : undefined;
}

/** The texts of a message's or a tool result's content. */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part) => {
    const said = isObject(part) ? (part.text ?? part.refusal) : undefined;
    return typeof said === 'string' ? [said] : [];
  });
}

export function userMessages(items: readonly JsonObject[]): JsonObject[] {
  return items.filter((item) => typeOfItem(item) === 'message' && item.role === 'user');
}

/** The text of the last turn that a user wrote; undefined when there is none. */
export function lastUserText(items: readonly JsonObject[]): string | undefined {
  const last = userMessages(items).at(-1);
  return last === undefined ? undefined : textsOf(last.content).join('\n');
}
