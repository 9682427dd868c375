/** POST /v1/messages/count_tokens: the sum of what a message with the same prompt reports as input, read and written tokens. */
import type { ApiRequest, Endpoint, Simulation } from '../contract.js';
import { replyHeaders } from './identity.js';
import { findChatModel } from './messages.js';
import { parseCountRequest } from './messages-request.js';
import { countParts, TOKENS_PRIMING_THE_ANSWER } from './prompt-tokens.js';

export const countTokens: Endpoint = {
  name: 'anthropic.messages.count_tokens',
  method: 'POST',
  paths: ['/v1/messages/count_tokens'],
  takesBody: true,
  limitPool: 'token_counting',
  description: {
    summary: 'Count the tokens of a message',
    requestSchema: 'MessageCountTokensParams',
    replySchema: 'MessageTokensCount',
    queryParameters: [{ name: 'beta', description: 'true for the reply of the beta API, which has more fields' }],
  },
  answer,
};

function answer(call: ApiRequest, simulation: Simulation): void {
  const request = parseCountRequest(call);
  const model = findChatModel(request, simulation);
  const tokens = countParts(request, simulation.tokenizerOf(model));
  const inputTokens = tokens.reduce((sum, count) => sum + count, TOKENS_PRIMING_THE_ANSWER);
  const edited = request.contextManagement ? { original_input_tokens: inputTokens } : null;
  const reply = { input_tokens: inputTokens, ...(request.beta ? { context_management: edited } : {}) };
  simulation.plan.promptTokens = inputTokens;
  simulation.plan.whole(200, replyHeaders('application/json', simulation), JSON.stringify(reply), 0);
}
