/**
 * The whole URL surface in one table: the providers' endpoints, answered by a worker, and the operations endpoints, answered on the
 * spot. Nothing else decides what a path means. Where providers share a path, what follows a colon at its end decides, then who claims the
 * request.
 *
 *   /v1/models/x:generateContent ─▶ path /v1/models/:model, verb generateContent, model x
 */
import FindMyWay, { type HTTPMethod } from 'find-my-way';
import type { Endpoint } from '../providers/contract.js';
import { endpoints, providerOf } from '../providers/registry.js';
import type { Exchange } from './transport/contract.js';

/** Answers a request on the main thread, at once or soon. */
export type LocalHandler = (exchange: Exchange) => void;

export type Route =
  | { readonly kind: 'endpoint'; readonly endpoint: number; readonly parameters: readonly string[] }
  | { readonly kind: 'local'; readonly handler: LocalHandler }
  | { readonly kind: 'wrong_method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

type RoutedRequest = Pick<Exchange, 'method' | 'path' | 'query' | 'header'>;

/** What is asked about a path whose method does not fit. */
const METHODS: readonly HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const UNKNOWN: Route = { kind: 'unknown' };
const NO_PARAMETERS: readonly string[] = [];
/** A path's parameter may be so long: the longest model name, percent-encoded, or an identifier. */
const PARAMETER_CHARS_MAX = 512;

/** What stands at one method and path: one local handler, or the endpoints of one or several providers. */
interface Place {
  handler: LocalHandler | undefined;
  readonly endpoints: number[];
}

export class RouteTable {
  readonly #router = FindMyWay({ maxParamLength: PARAMETER_CHARS_MAX, onBadUrl: () => {} });
  readonly #places = new Map<string, Place>();
  /** By method and path, what needs no router: paths without parameters that one endpoint has to itself. */
  readonly #plain = new Map<string, Map<string, Route>>();
  #admin: Route | undefined;

  /**
   * @param localHandlers operations endpoints by path; all are GET
   * @param admin answers everything under /admin, whatever its method
   */
  constructor(localHandlers: { readonly [path: string]: LocalHandler }, admin?: LocalHandler) {
    endpoints.forEach(({ endpoint }, index) => {
      for (const path of endpoint.paths) this.#place(endpoint.method, path).endpoints.push(index);
    });
    for (const [path, handler] of Object.entries(localHandlers)) this.#place('GET', path).handler = handler;
    for (const method of METHODS) this.#plain.set(method, new Map());
    for (const [index, { endpoint }] of endpoints.entries()) this.#notePlain(endpoint, index);
    this.useAdmin(admin);
  }

  /** @param admin answers everything under /admin from now on; undefined for nothing there */
  useAdmin(admin: LocalHandler | undefined): void {
    this.#admin = admin === undefined ? undefined : { kind: 'local', handler: admin };
  }

  /** HEAD is answered as GET: the transport leaves the body out. */
  find(request: RoutedRequest): Route {
    const wanted = request.method === 'HEAD' ? 'GET' : request.method;
    const route = this.#routeOf(wanted, request);
    if (route !== undefined) return route;
    if (this.#admin !== undefined && isAdminPath(request.path)) return this.#admin;
    const allowed = METHODS.filter((other) => other !== wanted && this.#routeOf(other, request) !== undefined);
    return allowed.length === 0 ? UNKNOWN : { kind: 'wrong_method', allowed };
  }

  #place(method: HTTPMethod, path: string): Place {
    const key = `${method} ${path}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = { handler: undefined, endpoints: [] };
      this.#places.set(key, place);
      this.#router.on(method, path, () => {}, place);
    }
    return place;
  }

  #notePlain({ method, paths, verb }: Endpoint, index: number): void {
    for (const path of paths) {
      const { endpoints: candidates, handler } = this.#place(method, path);
      if (path.includes(':') || verb !== undefined || candidates.length > 1 || handler !== undefined) continue;
      this.#plain.get(method)?.set(path, { kind: 'endpoint', endpoint: index, parameters: NO_PARAMETERS });
    }
  }

  #routeOf(method: string, request: RoutedRequest): Route | undefined {
    const plain = this.#plain.get(method)?.get(request.path);
    if (plain !== undefined) return plain;
    const found = this.#router.find(method as HTTPMethod, request.path);
    const place = found?.store as Place | undefined;
    if (place === undefined || place === null) return undefined;
    if (place.handler !== undefined) return { kind: 'local', handler: place.handler };
    const parameters = Object.values(found?.params ?? {}) as string[];
    return chooseEndpoint(place.endpoints, parameters, request);
  }
}

/** Whether the path is the admin API's. */
export function isAdminPath(path: string): boolean {
  return path === '/admin' || path.startsWith('/admin/');
}

function chooseEndpoint(
  candidates: readonly number[],
  parameters: readonly string[],
  request: RoutedRequest,
): Route | undefined {
  const last = parameters.at(-1) ?? '';
  const colon = last.lastIndexOf(':');
  const verb = colon < 0 ? undefined : last.slice(colon + 1);
  const ofVerb = verb === undefined ? [] : candidates.filter((index) => endpoints[index].endpoint.verb === verb);
  const fitting =
    ofVerb.length > 0 ? ofVerb : candidates.filter((index) => endpoints[index].endpoint.verb === undefined);
  const endpoint = fitting.length === 1 ? fitting[0] : claimed(fitting, request);
  if (endpoint === undefined) return undefined;
  if (parameters.length === 0) return { kind: 'endpoint', endpoint, parameters: NO_PARAMETERS };
  if (ofVerb.length === 0) return { kind: 'endpoint', endpoint, parameters };
  return { kind: 'endpoint', endpoint, parameters: [...parameters.slice(0, -1), last.slice(0, colon)] };
}

function claimed(candidates: readonly number[], request: RoutedRequest): number | undefined {
  const provider = providerOf(request);
  return candidates.find((index) => endpoints[index].provider === provider);
}
