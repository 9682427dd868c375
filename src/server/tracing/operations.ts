/** What a span says of the endpoint that was asked: the path with its parameters' names, and what it asks of a model, if it asks one. */
import type { Endpoint } from '../../providers/contract.js';
import { endpoints } from '../../providers/registry.js';
import { genAiOperationOf } from '../../telemetry/gen-ai-names.js';

export interface TracedEndpoint {
  readonly name: string;
  /** In the words of OpenTelemetry's GenAI conventions, as is the provider; undefined where no model is asked. */
  readonly operation: string | undefined;
  readonly provider: string | undefined;
  readonly route: string;
}

/** By the endpoint's index in the registry. */
export const tracedEndpoints: readonly TracedEndpoint[] = endpoints.map(({ endpoint, provider }) => {
  const asked = genAiOperationOf(provider.name, endpoint.name);
  return { name: endpoint.name, operation: asked?.operation, provider: asked?.provider, route: routeOf(endpoint) };
});

function routeOf({ paths, verb }: Endpoint): string {
  return verb === undefined ? paths[0] : `${paths[0]}:${verb}`;
}
