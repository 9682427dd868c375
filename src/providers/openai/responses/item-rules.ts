/**
 * The items of an input. Shapes: InputItem and what it refers to in OpenAI's published OpenAPI document; the members that the API adds
 * to items of its own (created_by) are accepted, because clients send back what they were given.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { aBoolean, aString, type FieldRule, stringOf, unsupportedValue, wrongType } from '../field-rules.js';
import { caller, callId, contentOf, INPUT_PARTS, itemStatus, longText } from './content-rules.js';
import { HOSTED_ITEMS } from './hosted-item-rules.js';
import { checkMessage, isUntypedReference } from './message-rules.js';
import { anyJson, document, idOf, list, object, oneOf, type Rules, variant } from './shape-rules.js';
import { tools } from './tool-rules.js';

const NAMESPACE = stringOf({ minLength: 1, maxLength: 64, pattern: /^[a-zA-Z0-9_-]+$/ });
const NAME_MAX = 128;
const ENCRYPTED_MAX = 20_971_520;

const summaryText = variant({ text: longText });
const reasoningText = variant({ text: longText });

const FUNCTION_ITEMS: Rules = {
  function_call: variant(
    { call_id: callId, name: stringOf({ minLength: 1, maxLength: NAME_MAX }), arguments: longText },
    { id: idOf('fc'), status: itemStatus, namespace: aString, caller, created_by: aString },
  ),
  function_call_output: variant(
    { output: contentOf(INPUT_PARTS) },
    {
      call_id: callId,
      id: aString,
      status: itemStatus,
      name: stringOf({ minLength: 1, maxLength: NAME_MAX }),
      namespace: NAMESPACE,
      caller,
      created_by: aString,
    },
  ),
  custom_tool_call: variant(
    { call_id: callId, name: stringOf({ minLength: 1, maxLength: NAME_MAX }), input: longText },
    { id: idOf('ctc'), status: itemStatus, namespace: aString, caller, created_by: aString },
  ),
  custom_tool_call_output: variant(
    { call_id: callId, output: contentOf(INPUT_PARTS) },
    { id: aString, status: itemStatus, name: aString, caller, created_by: aString },
  ),
};

const OWN_ITEMS: Rules = {
  reasoning: variant(
    { summary: list(summaryText) },
    {
      id: idOf('rs'),
      encrypted_content: stringOf({ maxLength: ENCRYPTED_MAX }),
      content: list(reasoningText),
      status: itemStatus,
    },
  ),
  compaction: variant(
    { encrypted_content: stringOf({ maxLength: ENCRYPTED_MAX }) },
    { id: aString, created_by: aString },
  ),
  compaction_trigger: variant(),
  item_reference: variant({ id: aString }),
  additional_tools: variant({ role: oneOf('developer'), tools }, { id: aString }),
  tool_search_call: variant(
    { arguments: anyJson },
    { id: aString, call_id: callId, execution: oneOf('server', 'client'), status: itemStatus, created_by: aString },
  ),
  tool_search_output: variant(
    { tools },
    { id: aString, call_id: callId, execution: oneOf('server', 'client'), status: itemStatus, created_by: aString },
  ),
  mcp_list_tools: variant(
    {
      id: aString,
      server_label: aString,
      tools: list(object({ name: aString, input_schema: document }, { description: aString, annotations: document })),
    },
    { error: anyJson },
  ),
  mcp_approval_request: variant({ id: aString, server_label: aString, name: aString, arguments: aString }),
  mcp_approval_response: variant(
    { approval_request_id: aString, approve: aBoolean },
    { id: aString, reason: aString, request_id: aString },
  ),
};

const ITEMS: Rules = { ...FUNCTION_ITEMS, ...OWN_ITEMS, ...HOSTED_ITEMS };
const ITEM_TYPES = [...Object.keys(ITEMS), 'message'].sort();

/** A string, or a list of items. */
export const input: FieldRule = (value, path) => {
  if (typeof value === 'string') return longText(value, path);
  if (!Array.isArray(value)) throw wrongType(path, 'one of a string or array of input items', value);
  value.forEach((item, index) => {
    checkItem(item, `${path}[${index}]`);
  });
};

function checkItem(item: unknown, path: string): void {
  if (!isObject(item)) throw wrongType(path, 'an input item', item);
  const type = typeOfItem(item);
  if (type === 'message') checkMessage(item, path);
  else if (Object.hasOwn(ITEMS, type)) ITEMS[type](item, path);
  else throw unsupportedValue(path, type.slice(0, NAME_MAX), ITEM_TYPES);
}

/** What the item says it is; without a word it is a message, or a reference when it is nothing but an identifier. */
export function typeOfItem(item: JsonObject): string {
  const { type } = item;
  if (type === undefined || type === null) return isUntypedReference(item) ? 'item_reference' : 'message';
  return typeof type === 'string' ? type : '';
}
