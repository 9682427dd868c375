/**
 * POST /v1/responses/compact: the conversation so far in fewer items. What users said stays as it is; the rest becomes one item whose
 * content only the API can read.
 */

import type { JsonObject } from '../../../kernel/json-object.js';
import type { ApiRequest, Endpoint, Simulation } from '../../contract.js';
import { e2eUsOf, type Generation } from '../../generation.js';
import { TokenMeter } from '../../prompt-meter.js';
import { replyHeaders } from '../identity.js';
import { boundOfTokens, serveBy } from './capabilities.js';
import { contextOf } from './context.js';
import { encryptedContent } from './encrypted-content.js';
import { fitIntoWindow } from './input-tokens.js';
import { itemResources } from './item-resources.js';
import { userMessages } from './item-texts.js';
import { checkInputIsGiven, checkRequest } from './request-checks.js';
import { COMPACT_FIELDS } from './request-fields.js';
import { ResponseIds } from './response-ids.js';
import { usageObject } from './response-object.js';
import { conversationBefore } from './stored-response.js';

export const compactConversation: Endpoint = {
  name: 'openai.responses.compact',
  method: 'POST',
  paths: ['/v1/responses/compact'],
  takesBody: true,
  limitPool: 'model',
  description: {
    summary: 'Compact a conversation',
    requestSchema: 'CompactResponseMethodPublicBody',
    replySchema: 'CompactResource',
  },
  answer,
};

function answer(call: ApiRequest, simulation: Simulation): void {
  const body = checkRequest(call.body, COMPACT_FIELDS);
  const model = serveBy(String(body.model), simulation);
  const { plan } = simulation;
  const context = contextOf(body, simulation);
  const { previous, items } = context;
  checkInputIsGiven(items, previous !== undefined);
  const before = previous === undefined ? [] : conversationBefore(previous.stored, simulation);
  const { tokens } = fitIntoWindow(body, context, model, new TokenMeter(simulation.tokenizerOf(model)));
  const generation = simulation.generate({
    model,
    promptTokens: tokens,
    conversation: { lastMessage: context.lastMessage, endsWithToolResult: false },
    choices: 1,
    maxTokens: boundOfTokens(undefined, model, tokens),
    maxTokensGiven: false,
    stops: [],
  });
  plan.promptTokens = tokens;
  plan.completionTokens = generation.completionTokens;
  const said = userMessages([...before, ...items]);
  const e2eUs = e2eUsOf(generation);
  const document = JSON.stringify(compacted(said, tokens, generation, simulation));
  plan.whole(200, replyHeaders('application/json', e2eUs, simulation, call), document, e2eUs);
}

/** @param said what stays as it is @param inputTokens of the whole conversation */
function compacted(
  said: readonly JsonObject[],
  inputTokens: number,
  generation: Generation,
  simulation: Simulation,
): JsonObject {
  const ids = new ResponseIds(simulation);
  const compaction: JsonObject = {
    id: ids.next('cmp'),
    type: 'compaction',
    encrypted_content: encryptedContent(generation.completionTokens, simulation),
  };
  return {
    id: ids.next('resp'),
    object: 'response.compaction',
    created_at: simulation.created(),
    output: [...itemResources(said, ids), compaction],
    usage: usageObject({ inputTokens, cachedTokens: 0 }, generation),
  };
}
