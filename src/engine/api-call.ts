/** A request as endpoints see it, put together from what crossed the ring: parameters, query and headers by name. */
import type { ApiRequest, Endpoint } from '../providers/contract.js';
import type { RenderRequest } from '../runtime/render-request.js';

/** The names of the parameters in a path of the router's notation: `/v1/models/:model` has `model`. */
function parameterNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
}

const NO_PARAMETERS: ApiRequest['parameters'] = {};

function parametersOf({ parameters }: RenderRequest, { paths }: Endpoint): ApiRequest['parameters'] {
  const names = parameterNames(paths[0]);
  return Object.fromEntries(names.map((name, index) => [name, parameters[index] ?? '']));
}

export class ApiCall implements ApiRequest {
  body: unknown = null;
  readonly parameters: { readonly [name: string]: string };
  readonly #request: RenderRequest;
  readonly #headerNames: readonly string[];
  #query: URLSearchParams | undefined;

  constructor(request: RenderRequest, endpoint: Endpoint, headerNames: readonly string[]) {
    this.#request = request;
    this.#headerNames = headerNames;
    this.parameters = request.parameters.length === 0 ? NO_PARAMETERS : parametersOf(request, endpoint);
  }

  // Bound to their object, so that an endpoint may take them out of it.
  readonly query = (name: string): string | undefined => this.#parameters().get(name) ?? undefined;

  readonly queryAll = (name: string): readonly string[] => this.#parameters().getAll(name);

  readonly header = (name: string): string | undefined => {
    const index = this.#headerNames.indexOf(name);
    return index < 0 ? undefined : this.#request.headers[index];
  };

  #parameters(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.#request.query);
    return this.#query;
  }
}
