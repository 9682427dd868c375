/** POST /v1/responses/{response_id}/cancel: ends a response that is made in the background, and may be repeated. */
import type { ApiRequest, Endpoint, Simulation } from '../../contract.js';
import { invalidRequest } from '../errors.js';
import { unfinished } from './response-object.js';
import { findResponse, RESPONSE_PATH, writeDocument } from './retrieve-response.js';
import { replace, statusOf } from './stored-response.js';

export const cancelResponse: Endpoint = {
  name: 'openai.responses.cancel',
  method: 'POST',
  paths: [`${RESPONSE_PATH}/cancel`],
  // Clients may send one; there is nothing to say in it.
  takesBody: false,
  description: { summary: 'Cancel a model response', replySchema: 'Response' },
  answer(call: ApiRequest, simulation: Simulation): void {
    const found = findResponse(call, simulation);
    const { stored, ageMs } = found;
    if (!stored.background) throw refused('a synchronous');
    const status = statusOf(found);
    if (status === 'completed' || status === 'incomplete')
      throw refused(`${status === 'completed' ? 'a' : 'an'} ${status}`);
    if (status !== 'cancelled') {
      replace(String(stored.response.id), { ...stored, cancelledUs: Math.round(ageMs * 1_000) }, simulation);
    }
    writeDocument(unfinished(stored.response, 'cancelled'), call, simulation);
  },
};

function refused(what: string): Error {
  return invalidRequest(`Cannot cancel ${what} response.`, null, null);
}
