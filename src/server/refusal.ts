/** An error that no worker wrote, in the provider's words and with an identifier of its own. */
import { randomBytes } from 'node:crypto';
import type { ErrorReply, HttpProblem, Provider } from '../providers/contract.js';

const REQUEST_ID_BYTES = 16;

export function refusalOf(provider: Provider, problem: HttpProblem): ErrorReply {
  return provider.identifyError(provider.httpError(problem), randomBytes(REQUEST_ID_BYTES).toString('hex'));
}
