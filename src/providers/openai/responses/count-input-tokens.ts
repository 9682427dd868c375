/** POST /v1/responses/input_tokens: how many tokens a request would have. */
import type { ApiRequest, Endpoint, Simulation } from '../../contract.js';
import { TokenMeter } from '../../prompt-meter.js';
import { serveBy } from './capabilities.js';
import { contextOf } from './context.js';
import { fitIntoWindow } from './input-tokens.js';
import { checkRequest } from './request-checks.js';
import { COUNT_FIELDS } from './request-fields.js';
import { writeDocument } from './retrieve-response.js';
import { offerOf } from './tool-offer.js';

export const countInputTokens: Endpoint = {
  name: 'openai.responses.input_tokens.count',
  method: 'POST',
  paths: ['/v1/responses/input_tokens'],
  takesBody: true,
  description: {
    summary: 'Count the input tokens of a request',
    requestSchema: 'TokenCountsBody',
    replySchema: 'TokenCountsResource',
  },
  answer(call: ApiRequest, simulation: Simulation): void {
    const body = checkRequest(call.body, COUNT_FIELDS, 'optional');
    const model = serveBy(String(body.model), simulation);
    const context = contextOf(body, simulation);
    // Only to refuse a choice of tools that the request does not have.
    offerOf(body);
    const { tokens } = fitIntoWindow(body, context, model, new TokenMeter(simulation.tokenizerOf(model)));
    simulation.plan.promptTokens = tokens;
    writeDocument({ object: 'response.input_tokens', input_tokens: tokens }, call, simulation);
  },
};
