/** The head of a request on its way to a renderer: what of its request line and headers goes along with the body's bytes. */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { REQUEST_KEY_HEADER, requestHeaderNames } from '../engine/request-headers.js';
import { endpoints, providers } from '../providers/registry.js';
import { cutText, encodeRequestHead, type RenderRequest } from '../runtime/render-request.js';
import { CONTENT_CODING_HEADER, contentCodingOf } from './content-coding.js';

type Placed = Pick<
  RenderRequest,
  'slot' | 'generation' | 'endpoint' | 'parameters' | 'recalled' | 'atUs' | 'steering' | 'isTraced'
>;

export interface HeadSource {
  /** Without the question mark. */
  readonly query: string;
  /** By lower-case name. */
  header(name: string): string | undefined;
}

export class RequestHeads {
  readonly #generation: number;
  /** By provider's name: the headers that cross, in order. */
  readonly #names: ReadonlyMap<string, readonly string[]>;

  constructor(snapshot: ConfigurationSnapshot) {
    this.#generation = snapshot.generation;
    this.#names = new Map(providers.map((provider) => [provider.name, requestHeaderNames(provider, snapshot)]));
  }

  /** For a worker. */
  of(request: HeadSource, placed: Placed): Uint8Array {
    return encodeRequestHead({
      slot: placed.slot,
      generation: placed.generation,
      endpoint: placed.endpoint,
      configurationGeneration: this.#generation,
      atUs: placed.atUs,
      steering: placed.steering,
      requestKey: request.header(REQUEST_KEY_HEADER),
      query: request.query,
      parameters: placed.parameters,
      headers: this.#namesFor(placed.endpoint).map((name) => request.header(name)),
      recalled: placed.recalled,
      isGzip: contentCodingOf(request.header(CONTENT_CODING_HEADER)) === 'gzip',
      isTraced: placed.isTraced === true,
    });
  }

  /** For a renderer in this thread: what a worker reads of of(). @param body as it is to be read */
  whole(request: HeadSource, placed: Placed, body: Uint8Array): RenderRequest {
    return {
      slot: placed.slot,
      generation: placed.generation,
      endpoint: placed.endpoint,
      configurationGeneration: this.#generation,
      atUs: placed.atUs,
      steering: placed.steering,
      requestKey: cutText(request.header(REQUEST_KEY_HEADER)),
      query: cutText(request.query) ?? '',
      parameters: placed.parameters,
      headers: this.#namesFor(placed.endpoint).map((name) => cutText(request.header(name))),
      recalled: placed.recalled,
      isGzip: false,
      isTraced: placed.isTraced === true,
      body,
    };
  }

  #namesFor(endpoint: number): readonly string[] {
    return this.#names.get(endpoints[endpoint].provider.name) ?? [];
  }
}
