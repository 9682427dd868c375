/**
 * GET /v1/responses/{response_id}/input_items: what the response was made from, the turns before it included, a page at a time.
 */

import type { JsonObject } from '../../../kernel/json-object.js';
import type { ApiRequest, Endpoint, Simulation } from '../../contract.js';
import { invalidRequest, shown } from '../errors.js';
import { showInput } from './item-resources.js';
import { choiceQuery, includeQuery, integerQuery } from './query-rules.js';
import { showItem } from './response-object.js';
import { findResponse, RESPONSE_PATH, writeDocument } from './retrieve-response.js';
import { conversationBefore } from './stored-response.js';

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 100;

export const listInputItems: Endpoint = {
  name: 'openai.responses.input_items.list',
  method: 'GET',
  paths: [`${RESPONSE_PATH}/input_items`],
  takesBody: false,
  description: {
    summary: 'List the input items of a model response',
    replySchema: 'ResponseItemList',
    queryParameters: [
      { name: 'limit', description: `How many items at most, 1 to ${LIMIT_MAX}; ${LIMIT_DEFAULT} unless given.` },
      { name: 'order', description: 'desc, the last item first, unless asc is given.' },
      { name: 'after', description: 'The identifier of the item after which the page begins.' },
      { name: 'before', description: 'The identifier of the item before which the page ends.' },
      { name: 'include', description: 'What else to show of the items: see POST /v1/responses.' },
    ],
  },
  answer,
};

function answer(call: ApiRequest, simulation: Simulation): void {
  const limit = integerQuery(call, 'limit', { minimum: 1, maximum: LIMIT_MAX }) ?? LIMIT_DEFAULT;
  const order = choiceQuery(call, 'order', ['asc', 'desc']) ?? 'desc';
  const include = includeQuery(call);
  const { stored } = findResponse(call, simulation);
  const items = conversationBefore(stored, simulation);
  const ordered = order === 'asc' ? items : items.toReversed();
  const { page, hasMore } = pageOf(ordered, limit, call);
  const data = page.map((item) => showItem(showInput(item, include), include));
  const list = {
    object: 'list',
    data,
    first_id: data.at(0)?.id ?? '',
    last_id: data.at(-1)?.id ?? '',
    has_more: hasMore,
  };
  writeDocument(list, call, simulation);
}

function pageOf(
  items: readonly JsonObject[],
  limit: number,
  { query }: ApiRequest,
): { readonly page: readonly JsonObject[]; readonly hasMore: boolean } {
  const [after, before] = [query('after'), query('before')];
  const first = after === undefined ? 0 : placeOf(items, after, 'after') + 1;
  const end = before === undefined ? items.length : placeOf(items, before, 'before');
  // A page that is asked for by its end is the one right before it.
  const start = before !== undefined && after === undefined ? Math.max(first, end - limit) : first;
  const page = items.slice(start, Math.min(end, start + limit));
  return { page, hasMore: before !== undefined && after === undefined ? start > 0 : start + page.length < end };
}

function placeOf(items: readonly JsonObject[], id: string, name: string): number {
  const place = items.findIndex((item) => item.id === id);
  if (place >= 0) return place;
  throw invalidRequest(`Item with id '${shown(id)}' not found.`, name, 'invalid_value');
}
