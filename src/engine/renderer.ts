/**
 * Request in, response plan out: a pure function of the configuration snapshot, the request's bytes, its key and what earlier requests
 * left behind, run in the worker threads. Every request gets a plan: one that the endpoint rejects, one that is not JSON and one that
 * our own defect spoils get an error in the provider's words.
 *
 *   first round ──▶ answer, or recall(keys) ──main thread looks them up──▶ second round, same identity ──▶ answer
 *
 * A round that was given a bound and would take more work ends as one that recalls nothing: the second is for a thread that has the time.
 */

import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Tokenizer } from '../content/contract.js';
import { faultNames } from '../faults/registry.js';
import { countedPlace, keyedPlace, type RequestPlace } from '../faults/request-number.js';
import { type ContentHash, hashValue } from '../kernel/content-hash.js';
import { isObject } from '../kernel/json-object.js';
import { estimateTokens } from '../limits/demand.js';
import { ApiError, type Endpoint, type ErrorReply, type Provider } from '../providers/contract.js';
import { endpoints, providers } from '../providers/registry.js';
import { NO_MODEL, PLAN_RECALL } from '../runtime/plan-layout.js';
import { planFault, planKind } from '../runtime/plan-reader.js';
import type { OccurrenceCount, RenderRequest } from '../runtime/render-request.js';
import { PlanBuilder } from '../runtime/response-plan.js';
import { ApiCall } from './api-call.js';
import { Effort, LABORIOUS, TooLaborious } from './effort.js';
import { KnownBodies, type KnownRequest } from './known-bodies.js';
import { asksForPlan, planAnnouncement } from './plan-announcement.js';
import { RecallNeeded } from './recollections.js';
import { writeNoAnswer } from './reply-rewriting.js';
import { FAULT_HEADER, PLAN_HEADER, requestHeaderNames } from './request-headers.js';
import { type RequestSession, SessionFinder } from './sessions/session-finder.js';
import { RequestSimulation } from './simulation.js';
import type { SimulationObserver } from './simulation-context.js';
import { traceFacts } from './trace-facts.js';
import { Unanswered } from './unanswered.js';

export interface RendererContext {
  readonly snapshot: ConfigurationSnapshot;
  readonly tokenizers: ReadonlyMap<string, Tokenizer>;
  /** How many identical requests, by their hash's first two words, came before this one. */
  readonly countOccurrence: (hashHigh: number, hashLow: number) => number;
  /** Fills the words with entropy; asked only when the simulation is not deterministic. */
  readonly fillRandom: (words: Uint32Array) => void;
  readonly wallClockSecs: () => number;
  /** Inflates a body that comes in gzip: see gunzipBody() of the runtime. Without it, no such body can be read. */
  readonly gunzip?: (body: Uint8Array, bytesMax: number) => Uint8Array | 'too_large' | undefined;
  /** The name of the transport that will send the plans; undefined where none does. */
  readonly transport?: string;
  /** Told of an error of our own that cost a request. */
  readonly onDefect: (error: unknown) => void;
  readonly observer?: SimulationObserver;
}

/** What a round asks for that has to be another thread's. */
const NOTHING = { keys: [], prefix: undefined };
const NOT_JSON = Symbol('not JSON');
const TOO_LARGE = Symbol('too large');

interface SessionFacts {
  readonly call: ApiCall;
  readonly body: unknown;
  readonly apiKey: string | undefined;
}

export class Renderer {
  readonly #context: RendererContext;
  readonly #plan: PlanBuilder;
  readonly #effort = new Effort();
  readonly #simulation: RequestSimulation;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #contentHash: ContentHash = new Uint32Array(4);
  readonly #identity: ContentHash = new Uint32Array(4);
  #count: OccurrenceCount | undefined;
  readonly #headerNames: ReadonlyMap<Provider, readonly string[]>;
  readonly #apiKeys: ReadonlySet<string>;
  readonly #sessions: SessionFinder;
  readonly #bodies = new KnownBodies();
  /** The request at hand, if its body came before. What was recalled for it is none of what is known. */
  #known: KnownRequest | undefined;
  /** The request at hand, as far as it has been read, and whether its reply is to be a stream. */
  #call: ApiCall | undefined;
  #streams = false;

  constructor(context: RendererContext) {
    const { snapshot } = context;
    this.#context = context;
    this.#plan = new PlanBuilder(snapshot.generation);
    this.#simulation = new RequestSimulation({ ...context, plan: this.#plan, effort: this.#effort });
    this.#headerNames = new Map(providers.map((provider) => [provider, requestHeaderNames(provider, snapshot)]));
    this.#sessions = new SessionFinder(snapshot.configuration.simulation.sessions);
    this.#apiKeys = new Set(snapshot.configuration.server.api_keys);
  }

  /**
   * The plan: a view that is valid until the next call.
   * @param effortTokens how much work it may take, in tokens of text that could be generated meanwhile, some 0.5 µs each
   */
  render(request: RenderRequest, effortTokens = Number.POSITIVE_INFINITY): Uint8Array {
    this.#effort.begin(effortTokens);
    const { provider, endpoint } = endpoints[request.endpoint];
    this.#plan.begin(request.slot, request.generation);
    try {
      this.#answer(request, provider, endpoint);
    } catch (error) {
      if (error instanceof RecallNeeded) this.#plan.recall({ ...error, count: this.#count }, this.#identity);
      else if (error instanceof TooLaborious) this.#plan.recall({ ...NOTHING, count: this.#count }, this.#identity);
      else if (error instanceof Unanswered) writeNoAnswer(this.#plan, error.ending, error.delayUs);
      else if (error instanceof ApiError) this.#writeError(error.reply, provider, error.delayUs);
      else {
        this.#context.onDefect(error);
        this.#writeError(provider.httpError({ kind: 'internal' }), provider, 0);
      }
    }
    return this.#finish(request, provider);
  }

  /** How much work the last request took beside what every one takes, in tokens. */
  get effortTokens(): number {
    return this.#effort.spent;
  }

  #finish(request: RenderRequest, provider: Provider): Uint8Array {
    if (request.isTraced) this.#plan.traceFacts = this.#traceFacts(provider);
    const plan = this.#plan.finish();
    const announces =
      this.#context.snapshot.configuration.simulation.plan_header ||
      asksForPlan(request.headers[this.#headerNames.get(provider)?.indexOf(PLAN_HEADER) ?? -1]);
    // One that asks for more gives no answer yet.
    if (!announces || planKind(plan) === PLAN_RECALL) return plan;
    const fault = faultNames[planFault(plan) - 1];
    const announced = [PLAN_HEADER, planAnnouncement(plan), ...(fault === undefined ? [] : [FAULT_HEADER, fault])];
    return this.#plan.addHeaders(announced);
  }

  #traceFacts({ replyEvents }: Provider): string {
    const { generation } = this.#simulation;
    const call = this.#call ?? { body: null, parameters: {} };
    return traceFacts({ call, streams: this.#streams, generation, plan: this.#plan.draft(), replyEvents });
  }

  #answer(request: RenderRequest, provider: Provider, endpoint: Endpoint): void {
    const call = new ApiCall(request, endpoint, this.#headerNames.get(provider) ?? []);
    this.#call = call;
    this.#streams = endpoint.alwaysStreams === true;
    const apiKey = provider.apiKeyOf(call);
    const authorized = this.#apiKeys.size === 0 || (apiKey !== undefined && this.#apiKeys.has(apiKey));
    this.#known = undefined;
    const body = authorized ? this.#documentOf(request, endpoint.takesBody) : null;
    const session = authorized ? this.#sessionOf(endpoint, { call, body, apiKey }) : undefined;
    this.#identify(request, provider, endpoint, call, body);
    this.#streams ||= isObject(body) && body.stream === true;
    this.#plan.session = session?.mark;
    this.#plan.identity.set(this.#identity.subarray(0, 2));
    this.#simulation.begin({
      identity: this.#identity,
      provider,
      endpoint: endpoint.name,
      atUs: request.atUs,
      steering: request.steering,
      call,
      streams: this.#streams,
      place: () => this.#placeOf(request.requestKey),
      session,
      recalled: request.recalled,
      known: this.#known,
    });
    if (this.#streams) this.#simulation.takes(LABORIOUS);
    if (!authorized) throw new ApiError(provider.httpError({ kind: 'unauthorized', apiKey }));
    if (body === NOT_JSON) throw new ApiError(provider.httpError({ kind: 'not_json' }));
    if (body === TOO_LARGE) {
      throw new ApiError(provider.httpError({ kind: 'body_too_large', bytesMax: this.#bodyBytesMax }));
    }
    call.body = body;
    this.#simulation.readHeaders();
    if (this.#simulation.rateLimited && endpoint.limitPool !== undefined) this.#attribute(call);
    endpoint.answer(call, this.#simulation);
    if (this.#simulation.rateLimited && endpoint.limitPool === 'model') this.#estimate(provider);
    this.#simulation.settle(endpoint);
  }

  /** Whose rate limits the request counts against, should it be refused before its endpoint has looked for the model that it names. */
  #attribute({ body, parameters }: ApiCall): void {
    const named = parameters.model ?? parameters.deployment ?? (isObject(body) ? body.model : undefined);
    if (typeof named === 'string') this.#plan.modelIndex = this.#simulation.findModel(named)?.index ?? NO_MODEL;
  }

  /** What the request takes from its rate limits. */
  #estimate({ tokenCounting }: Provider): void {
    const { promptTokens, cachedTokens } = this.#plan;
    const { generated } = this.#simulation;
    const settings = this.#context.snapshot.configuration.rate_limits;
    const estimate = estimateTokens({ promptTokens, cachedTokens, generated }, tokenCounting, settings);
    this.#plan.tokensDemanded = estimate.tokens;
    this.#plan.outputTokensDemanded = estimate.outputTokens;
  }

  /** Only what asks a model for something belongs to a session. */
  #sessionOf(endpoint: Endpoint, { apiKey, body, call }: SessionFacts): RequestSession | undefined {
    if (endpoint.limitPool !== 'model') return undefined;
    return this.#sessions.find({ header: call.header, body, owner: apiKey ?? '' });
  }

  get #bodyBytesMax(): number {
    return this.#context.snapshot.configuration.server.max_body_bytes;
  }

  #documentOf(request: RenderRequest, takesBody: Endpoint['takesBody']): unknown {
    const known = takesBody === false || request.isGzip ? undefined : this.#bodies.find(request.body);
    if (known === undefined) return this.#parse(request, takesBody);
    if (recallsNothing(request)) this.#known = known.with(request);
    return known.document(() => this.#parse(request, takesBody));
  }

  #parse({ body, isGzip }: RenderRequest, takesBody: Endpoint['takesBody']): unknown {
    if (takesBody === false || (takesBody === 'optional' && body.length === 0)) return null;
    const bytes = isGzip ? this.#context.gunzip?.(body, this.#bodyBytesMax) : body;
    if (bytes === 'too_large') return TOO_LARGE;
    if (bytes === undefined) return NOT_JSON;
    try {
      return JSON.parse(this.#decoder.decode(bytes));
    } catch {
      return NOT_JSON;
    }
  }

  /** Which request this is: its content, a session that it names, and the client's number for it, or how many of the same came before. */
  #identify(request: RenderRequest, provider: Provider, endpoint: Endpoint, call: ApiCall, body: unknown): void {
    const { snapshot, countOccurrence, fillRandom } = this.#context;
    const { recalled, requestKey, steering } = request;
    this.#count = recalled?.count;
    if (recalled !== undefined) {
      this.#identity.set(recalled.identity);
      return;
    }
    const { deterministic, equal_requests: equalRequests } = snapshot.configuration.simulation;
    const counts = deterministic || this.#simulation.countsRequests || steering !== undefined;
    if (!deterministic) fillRandom(this.#identity);
    if (!counts || (!deterministic && requestKey !== undefined)) return;
    const hash = () => this.#contentOf(request, provider, endpoint, call, body);
    const content = this.#known === undefined ? hash() : this.#known.content(hash);
    const high = content[0];
    const low = content[1];
    if (requestKey === undefined) this.#count = { high, low, before: countOccurrence(high, low) };
    const number = equalRequests === 'same' ? 0 : this.#count?.before;
    const which = [high, low, content[2], content[3], requestKey ?? number];
    if (deterministic) hashValue(which, undefined, this.#identity);
  }

  /** The hash of what the request asks for, and in which session if it names one, in four words. */
  #contentOf(
    request: RenderRequest,
    provider: Provider,
    endpoint: Endpoint,
    call: ApiCall,
    body: unknown,
  ): ContentHash {
    const content = hashValue(typeof body === 'symbol' ? null : body, provider.transportKeys, this.#contentHash);
    const what = [endpoint.contentName ?? endpoint.name, ...request.parameters, ...content];
    const session = this.#sessions.nameByHeader(call);
    if (session !== undefined) what.push(`session ${session}`);
    return hashValue(what, undefined, this.#contentHash);
  }

  /** By which number patterns of faults count the request. */
  #placeOf(requestKey: string | undefined): RequestPlace {
    return requestKey === undefined ? countedPlace(this.#count) : keyedPlace(requestKey);
  }

  #writeError(reply: ErrorReply, provider: Provider, delayUs: number): void {
    const { status, headers, body } = provider.identifyError(reply, this.#simulation.requestId());
    this.#plan.whole(status, headers, body, delayUs);
  }
}

/** Whether no state of the node's is at hand, which what is known of a body knows nothing of: in the first round, and in one that was handed on. */
function recallsNothing({ recalled }: RenderRequest): boolean {
  return recalled === undefined || (recalled.entries.length === 0 && recalled.prefix === undefined);
}
