/** The bound on what may stand in a session's context, which has the words of the provider's own for a prompt that is too long. */
import { ApiError, type Provider } from '../../providers/contract.js';
import type { RequestSession } from './session-finder.js';

/** @throws ApiError for a prompt of more tokens than simulation.sessions.max_context_tokens, of a request whose session is bounded */
export function checkSessionContext(
  session: RequestSession | undefined,
  promptTokens: number,
  tokensMax: number,
  { endpoint, provider }: { readonly endpoint: string; readonly provider: Provider },
): void {
  if (session?.bounded !== true || promptTokens <= tokensMax) return;
  const window = { contextWindowTokens: tokensMax, tokens: promptTokens };
  throw new ApiError(provider.httpError({ kind: 'context_length', ...window, endpoint }));
}
