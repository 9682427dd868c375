/**
 * Every wire dialect, one line each, the narrowest claim first. An endpoint's index in the list of endpoints is what crosses to the workers, so
 * both sides must be built from the same list: it is fixed at build time.
 */

import { anthropic } from './anthropic/index.js';
import { azure } from './azure/index.js';
import type { Endpoint, Provider, RequestTraits } from './contract.js';
import { gemini } from './gemini/index.js';
import { openai } from './openai/index.js';

export const providers: readonly Provider[] = [anthropic, azure, gemini, openai];

export interface RegisteredEndpoint {
  readonly provider: Provider;
  readonly endpoint: Endpoint;
}

export const endpoints: readonly RegisteredEndpoint[] = providers.flatMap((provider) =>
  provider.endpoints.map((endpoint) => ({ provider, endpoint })),
);

/** Whose request it is, as far as its path and headers tell. */
export function providerOf(traits: RequestTraits): Provider {
  return providers.find((provider) => provider.claims(traits)) ?? openai;
}
