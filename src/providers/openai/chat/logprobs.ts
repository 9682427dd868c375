/**
 * Probabilities of a reply's tokens. Shape: ChatCompletionTokenLogprob of OpenAI's published OpenAPI document.
 */
import type { TokenProbability } from '../../contract.js';

const encoder = new TextEncoder();

interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  /** The token as UTF-8. */
  readonly bytes: readonly number[];
}

export function tokenLogprob({ token, logprob, top }: TokenProbability): object {
  return { ...withBytes(token, logprob), top_logprobs: top.map((other) => withBytes(other.token, other.logprob)) };
}

function withBytes(token: string, logprob: number): TokenLogprob {
  return { token, logprob, bytes: [...encoder.encode(token)] };
}
