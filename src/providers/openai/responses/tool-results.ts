/** Calls and their results belong together: a result needs a call before it, and every call needs a result before the model goes on. */

import type { JsonObject } from '../../../kernel/json-object.js';
import { invalidRequest, shown } from '../errors.js';
import { typeOfItem } from './item-rules.js';
import { calledBy, isCall } from './item-texts.js';
import type { PastCall } from './stored-response.js';

/**
 * Throws the real API's error for a result without a call or a call without a result.
 * @param past calls of the response before
 */
export function checkToolResults(items: readonly JsonObject[], past: readonly PastCall[]): void {
  const known = new Set(past.map(({ id }) => id));
  const open = new Map(past.filter(({ complete }) => complete).map(({ id }) => [id, 'function call']));
  for (const item of items) {
    const id = callIdOf(item);
    // A result may name the tool that it is of instead of the call.
    if (id === undefined) continue;
    if (isCall(item)) {
      known.add(id);
      open.set(id, typeOfItem(item).replaceAll('_', ' '));
      continue;
    }
    const called = calledBy(item);
    if (called === undefined) continue;
    if (!known.has(id)) {
      throw invalidRequest(`No tool call found for ${called} output with call_id ${shown(id)}.`, 'input', null);
    }
    open.delete(id);
  }
  for (const [id, called] of open) {
    throw invalidRequest(`No tool output found for ${called} ${shown(id)}.`, 'input', null);
  }
}

/** The identifier of the call that the item is, or that it answers; results of local shells have the call's for their own. */
function callIdOf(item: JsonObject): string | undefined {
  const id = typeOfItem(item) === 'local_shell_call_output' ? (item.call_id ?? item.id) : item.call_id;
  return typeof id === 'string' ? id : undefined;
}
