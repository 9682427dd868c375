/**
 * Every wire dialect, one line each. An endpoint's index in this list is what crosses to the workers, so both sides must be built
 * from the same list: it is fixed at build time.
 */
import type { Endpoint, Provider } from './contract.js';
import { openai } from './openai/index.js';

export const providers: readonly Provider[] = [openai];

export interface RegisteredEndpoint {
  readonly provider: Provider;
  readonly endpoint: Endpoint;
}

export const endpoints: readonly RegisteredEndpoint[] = providers.flatMap((provider) =>
  provider.endpoints.map((endpoint) => ({ provider, endpoint })),
);
