/** Calls and their results belong together: a result needs a call before it, and every call needs a result before the model goes on. */
import { invalidRequest } from '../errors.js';
import type { JsonObject } from '../field-rules.js';
import { typeOfItem } from './item-rules.js';
import { calledBy, isCall } from './item-texts.js';
import { clip } from './shape-rules.js';

/**
 * Throws the real API's error for a result without a call or a call without a result.
 * @param pending calls of the response before
 */
export function checkToolResults(items: readonly JsonObject[], pending: readonly string[]): void {
  const known = new Set(pending);
  const open = new Map(pending.map((id) => [id, 'function call']));
  for (const item of items) {
    const id = String(item.call_id ?? item.id);
    if (isCall(item)) {
      known.add(id);
      open.set(id, typeOfItem(item).replaceAll('_', ' '));
      continue;
    }
    const called = calledBy(item);
    if (called === undefined) continue;
    if (!known.has(id)) {
      throw invalidRequest(`No tool call found for ${called} output with call_id ${clip(id)}.`, 'input', null);
    }
    open.delete(id);
  }
  for (const [id, called] of open) {
    throw invalidRequest(`No tool output found for ${called} ${clip(id)}.`, 'input', null);
  }
}
