/**
 * The whole URL surface in one table: the providers' endpoints, answered by a worker, and the operations endpoints, answered on the
 * spot. Nothing else decides what a path means.
 */
import FindMyWay, { type HTTPMethod } from 'find-my-way';
import { endpoints } from '../providers/registry.js';
import type { Exchange } from './transport/contract.js';

/** Answers a request on the main thread, at once or soon. */
export type LocalHandler = (exchange: Exchange) => void;

export type Route =
  | { readonly kind: 'endpoint'; readonly endpoint: number; readonly pathParameter: string | undefined }
  | { readonly kind: 'local'; readonly handler: LocalHandler }
  | { readonly kind: 'wrong_method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

/** What is asked about a path whose method does not fit. */
const METHODS: readonly HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const UNKNOWN: Route = { kind: 'unknown' };

type Target = { endpoint: number } | { handler: LocalHandler };

export class RouteTable {
  readonly #router = FindMyWay({ maxParamLength: 256, onBadUrl: () => {} });

  /** @param localHandlers operations endpoints by path; all are GET */
  constructor(localHandlers: { readonly [path: string]: LocalHandler }) {
    endpoints.forEach(({ endpoint }, index) => {
      this.#add(endpoint.method, endpoint.path, { endpoint: index });
    });
    for (const [path, handler] of Object.entries(localHandlers)) this.#add('GET', path, { handler });
  }

  /** HEAD is answered as GET: the transport leaves the body out. */
  find(method: string, path: string): Route {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const found = this.#router.find(wanted as HTTPMethod, path);
    if (found?.store !== undefined && found.store !== null) return toRoute(found.store as Target, found.params);
    const allowed = METHODS.filter((other) => other !== wanted && this.#router.find(other, path)?.store != null);
    return allowed.length === 0 ? UNKNOWN : { kind: 'wrong_method', allowed };
  }

  #add(method: HTTPMethod, path: string, target: Target): void {
    this.#router.on(method, path, () => {}, target);
  }
}

function toRoute(target: Target, parameters: { readonly [name: string]: string | undefined }): Route {
  if ('handler' in target) return { kind: 'local', handler: target.handler };
  return { kind: 'endpoint', endpoint: target.endpoint, pathParameter: Object.values(parameters)[0] };
}
