/** DELETE /v1/responses/{response_id}. */
import type { ApiRequest, Endpoint, Simulation } from '../../contract.js';
import { findResponse, RESPONSE_PATH, writeDocument } from './retrieve-response.js';
import { forget } from './stored-response.js';

export const deleteResponse: Endpoint = {
  name: 'openai.responses.delete',
  method: 'DELETE',
  paths: [RESPONSE_PATH],
  takesBody: false,
  description: { summary: 'Delete a model response', replySchema: 'DeleteResponseReply' },
  answer(call: ApiRequest, simulation: Simulation): void {
    const id = String(findResponse(call, simulation).stored.response.id);
    forget(id, simulation);
    writeDocument({ id, object: 'response', deleted: true }, call, simulation);
  },
};
