/**
 * Request in, response plan out: a pure function of the configuration snapshot, the request's bytes and its key, run in the worker
 * threads. Every request gets a plan: one that the endpoint rejects, one that is not JSON and one that our own defect spoils get an
 * error in the provider's words.
 */

import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Tokenizer } from '../content/contract.js';
import { type ContentHash, hashValue } from '../kernel/content-hash.js';
import { ApiError, type Endpoint, type ErrorReply, type Provider } from '../providers/contract.js';
import { endpoints } from '../providers/registry.js';
import type { RenderRequest } from '../runtime/render-request.js';
import { PlanBuilder } from '../runtime/response-plan.js';
import { RequestSimulation } from './simulation.js';

export interface RendererContext {
  readonly snapshot: ConfigurationSnapshot;
  readonly tokenizers: ReadonlyMap<string, Tokenizer>;
  /** How many identical requests, by their hash's first two words, came before this one. */
  readonly countOccurrence: (hashHigh: number, hashLow: number) => number;
  /** Fills the words with entropy; asked only when the simulation is not deterministic. */
  readonly fillRandom: (words: Uint32Array) => void;
  readonly wallClockSecs: () => number;
  /** Told of an error of our own that cost a request. */
  readonly onDefect: (error: unknown) => void;
}

const NOT_JSON = Symbol('not JSON');

export class Renderer {
  readonly #context: RendererContext;
  readonly #plan = new PlanBuilder();
  readonly #simulation: RequestSimulation;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #contentHash: ContentHash = new Uint32Array(4);
  readonly #key: ContentHash = new Uint32Array(4);

  constructor(context: RendererContext) {
    this.#context = context;
    this.#simulation = new RequestSimulation({ ...context, plan: this.#plan });
  }

  /** The plan: a view that is valid until the next call. */
  render(request: RenderRequest): Uint8Array {
    const { provider, endpoint } = endpoints[request.endpoint];
    this.#plan.begin(request.slot, request.generation);
    try {
      this.#answer(request, provider, endpoint);
    } catch (error) {
      if (error instanceof ApiError) this.#writeError(error.reply);
      else {
        this.#context.onDefect(error);
        this.#writeError(provider.httpError({ kind: 'internal' }));
      }
    }
    return this.#plan.finish();
  }

  #answer(request: RenderRequest, provider: Provider, endpoint: Endpoint): void {
    const body = endpoint.takesBody ? this.#parse(request.body) : null;
    if (body === NOT_JSON) throw new ApiError(provider.notJson());
    this.#simulation.begin(this.#keyOf(request, provider, endpoint, body), provider.name);
    endpoint.answer({ body, pathParameter: request.pathParameter }, this.#simulation);
  }

  #parse(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(this.#decoder.decode(bytes));
    } catch {
      return NOT_JSON;
    }
  }

  /** Which request this is: its content and the client's number for it, or how many of the same came before. */
  #keyOf(request: RenderRequest, provider: Provider, endpoint: Endpoint, body: unknown): ContentHash {
    const { snapshot, countOccurrence, fillRandom } = this.#context;
    if (!snapshot.configuration.simulation.deterministic) {
      fillRandom(this.#key);
      return this.#key;
    }
    const content = hashValue(body, provider.transportKeys, this.#contentHash);
    const what = [endpoint.name, request.pathParameter ?? null, content[0], content[1], content[2], content[3]];
    const hash = hashValue(what, undefined, this.#contentHash);
    const key = request.requestKey ?? countOccurrence(hash[0], hash[1]);
    return hashValue([hash[0], hash[1], hash[2], hash[3], key], undefined, this.#key);
  }

  #writeError({ status, headers, body }: ErrorReply): void {
    this.#plan.whole(status, headers, body, 0);
  }
}
