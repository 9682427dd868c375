/**
 * Messages of the input: the easy form (a role and a text), input messages and earlier answers of the model. Shapes: EasyInputMessage,
 * InputMessage and OutputMessage of OpenAI's published OpenAPI document.
 */

import type { JsonObject } from '../../../kernel/json-object.js';
import { shown } from '../errors.js';
import { anything, missing, unsupportedValue } from '../field-rules.js';
import { contentOf, INPUT_PARTS, itemStatus, OUTPUT_PARTS } from './content-rules.js';
import { checkMembers, idOf, oneOf, type Rules } from './shape-rules.js';

const ROLES = ['assistant', 'system', 'developer', 'user'];

const MEMBERS: Rules = { type: anything, role: anything, id: idOf('msg'), status: itemStatus };
const INPUT_MEMBERS: Rules = { content: contentOf(INPUT_PARTS) };
const OUTPUT_MEMBERS: Rules = { content: contentOf(OUTPUT_PARTS) };
const ASSISTANT_MEMBERS: Rules = { ...MEMBERS, phase: oneOf('commentary', 'final_answer') };

/** Checks an item that is a message, or that says nothing of what it is. */
export function checkMessage(item: JsonObject, path: string): void {
  const { role, content } = item;
  if (typeof role !== 'string' || !ROLES.includes(role)) {
    throw unsupportedValue(path, typeof role === 'string' ? shown(role) : '', ROLES);
  }
  if (content === undefined) throw missing(`${path}.content`);
  if (role === 'assistant') checkMembers(item, path, OUTPUT_MEMBERS, ASSISTANT_MEMBERS);
  else checkMembers(item, path, INPUT_MEMBERS, MEMBERS);
}

/** An item without a type is a message, unless it is nothing but an identifier. */
export function isUntypedReference(item: JsonObject): boolean {
  return typeof item.id === 'string' && item.role === undefined && item.content === undefined;
}
