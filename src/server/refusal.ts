/** An error that no worker wrote, in the provider's words and with an identifier of its own. */
import { randomBytes } from 'node:crypto';
import type { ErrorReply, HttpProblem, Provider } from '../providers/contract.js';

const REQUEST_ID_BYTES = 16;

export function refusalOf(provider: Provider, problem: HttpProblem): ErrorReply {
  const reply = provider.identifyError(provider.httpError(problem), randomBytes(REQUEST_ID_BYTES).toString('hex'));
  if (problem.kind !== 'unsupported_coding') return reply;
  // What would be understood (RFC 9110, section 15.5.16).
  return { ...reply, headers: [...reply.headers, 'accept-encoding', 'gzip'] };
}
