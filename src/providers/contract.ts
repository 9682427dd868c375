/**
 * What a provider is: a plug-in that owns one wire dialect. It lists its endpoints, validates what clients send as the real API
 * would, asks the Simulation for content and time, and writes the reply in its own words. Everything here is pure: the same
 * request in the same Simulation gives the same plan.
 */
import type { Tokenizer } from '../content/contract.js';
import type { RandomSource } from '../kernel/random-source.js';
import type { LimitPool, LimitRefusal, LimitReport, TokenCounting } from '../limits/contract.js';
import type { PlanWriter } from '../runtime/response-plan.js';
import type { Generation, GenerationRequest, ReasoningEffort } from './generation.js';
import type { MeasuredPrompt, PromptMeter, PromptScope } from './prompt-meter.js';

export type Dialect = 'openai' | 'anthropic' | 'gemini';
export type ModelKind = 'chat' | 'completion' | 'embedding' | 'moderation';

/** What can go wrong with a request outside its endpoint, and the faults that a reply rule can ask for. */
export type HttpProblem =
  | { readonly kind: 'unknown_route'; readonly method: string; readonly path: string }
  | {
      readonly kind: 'method_not_allowed';
      readonly method: string;
      readonly path: string;
      readonly allowed: readonly string[];
    }
  | { readonly kind: 'not_json' }
  | { readonly kind: 'body_too_large'; readonly bytesMax: number }
  /** The body comes in a content-encoding that is not decoded. */
  | { readonly kind: 'unsupported_coding'; readonly coding: string }
  /** The request expects something that HTTP does not know. */
  | { readonly kind: 'unknown_expectation' }
  /** No API key (undefined), or one that server.api_keys does not list. */
  | { readonly kind: 'unauthorized'; readonly apiKey: string | undefined }
  | { readonly kind: 'forbidden' }
  /**
   * With `details`, a limit that was counted. Without them, the figures are made up to fit retryAfterSecs; `limit` says which is reached,
   * requests or tokens per minute: requests unless given.
   */
  | {
      readonly kind: 'rate_limited';
      readonly retryAfterSecs: number;
      readonly limit?: 'requests' | 'tokens';
      readonly model?: string;
      readonly details?: RateLimitDetails;
    }
  | { readonly kind: 'too_many_connections' }
  /** Without retryAfterSecs, a second. */
  | { readonly kind: 'overloaded'; readonly retryAfterSecs?: number }
  | { readonly kind: 'timeout' }
  /** A gateway that does not reach the model's own server. */
  | { readonly kind: 'gateway'; readonly status: 502 | 503 | 504 }
  /** The prompt is said to have so many tokens, which are too many for the model's context; `endpoint` is the name of the one that says so. */
  | {
      readonly kind: 'context_length';
      readonly contextWindowTokens: number;
      readonly tokens: number;
      readonly endpoint: string;
    }
  /** The provider's filter does not let the prompt through. */
  | { readonly kind: 'prompt_blocked' }
  /** `endpoint`: the name of the one that says so. */
  | { readonly kind: 'model_not_found'; readonly model: string; readonly endpoint: string }
  /** A request header of the simulator's own is malformed; `reason` says what would be valid. */
  | { readonly kind: 'invalid_header'; readonly header: string; readonly reason: string }
  | { readonly kind: 'shutting_down' }
  | { readonly kind: 'internal' };

/** A limit that a request has run into. */
export interface RateLimitDetails {
  readonly refusal: LimitRefusal;
  /** How the request's limits stand. */
  readonly report: LimitReport;
  /** The endpoint's name. */
  readonly endpoint?: string;
  /** Of the request's path, without the question mark. */
  readonly query?: string;
}

export interface ErrorReply {
  readonly status: number;
  /** Lower-case names and values, flat. */
  readonly headers: readonly string[];
  /** JSON text. */
  readonly body: string;
}

/** A model of the configuration, as far as the wire needs it. */
export interface ModelFacts {
  /** NO_MODEL for a name that nobody configured and simulation.unknown_models accepts. */
  readonly index: number;
  readonly name: string;
  /** Unix seconds. */
  readonly created: number;
  readonly contextWindowTokens: number;
  readonly maxOutputTokens: number;
  readonly kind: ModelKind;
  /** Whether it can think before it answers. */
  readonly reasons: boolean;
  /** How much it thinks unless the request says. */
  readonly defaultEffort: ReasoningEffort;
  /** Length of an embedding unless the request says otherwise; also the longest there is. */
  readonly embeddingDimensions: number;
}

/** Something that an earlier request left behind: see Simulation.recall. */
export interface Recollection {
  readonly document: string;
  /** How long ago it was left, in ms. */
  readonly ageMs: number;
}

/** A chain of responses, each of which goes on with the one before. */
export interface ResponseChain {
  /** Identifier of the first. */
  readonly root: string;
  /** How many there are, and their tokens, prompts and completions of all turns. */
  readonly turns: number;
  readonly tokens: number;
}

/** One token's probability and those of the tokens that were not taken. */
export interface TokenProbability {
  readonly token: string;
  /** Natural logarithm, <= 0. */
  readonly logprob: number;
  /** The most probable tokens, the best first; as many as were asked for. */
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
}

export interface SchemaProblem {
  /** From the root of the schema to what is wrong: ["properties", "unit", "type"]. */
  readonly path: readonly string[];
  /** The keyword that is violated ("type", "anyOf", "format" …), "$ref", or "bounds". */
  readonly keyword: string;
  /** Words without a full stop, as Python's jsonschema has them: "'strin' is not valid under any of the given schemas". */
  readonly message: string;
}

/** What a provider may ask while it answers one request. */
export interface Simulation {
  readonly plan: PlanWriter;
  readonly modelSuffix: string;
  /**
   * Whether rate limits are on: the headers that tell how they stand are then added when a reply goes out, by rateLimitHeaders, and the
   * endpoint leaves out those that it sends otherwise.
   */
  readonly rateLimited: boolean;
  /** The seed as it appears in system_fingerprint. */
  readonly seed: number;
  /**
   * The model of the provider's dialect that serves the name, or undefined. Where simulation.unknown_models accepts every name, a model
   * of another dialect serves it too, and a name that is not configured is served by a model of the given kind with the defaults.
   */
  findModel(name: string, kind?: ModelKind): ModelFacts | undefined;
  /** The dialect's enabled models, by name. */
  listModels(): readonly ModelFacts[];
  tokenizerOf(model: ModelFacts): Tokenizer;
  /**
   * Measures the request's prompt, which it does once, and looks it up in the model's prefix cache, which has it from then on. That may
   * abandon answer() and run it again, so it comes before anything expensive and after what a request can be rejected for.
   * @param measure gives plain JSON: the second run has it from the first
   */
  measurePrompt<Measured>(
    model: ModelFacts,
    scope: PromptScope,
    measure: (meter: PromptMeter) => Measured,
  ): MeasuredPrompt<Measured>;
  generate(request: GenerationRequest): Generation;
  /** When a reply that is not generated token by token is due after the request's arrival (embeddings, moderations), scaled, µs. */
  processingUs(model: ModelFacts, promptTokens: number): number;
  /**
   * The text's meaning as a unit vector: equal texts have equal vectors whatever the request, and texts that share words are nearer than
   * texts that do not. Fewer dimensions than the model's own are its first ones, renormalised.
   */
  embed(model: ModelFacts, text: string, dimensions: number): Float32Array;
  /** The first thing wrong with a client's JSON Schema; undefined for one that documents can be written for. */
  schemaProblem(schema: unknown): SchemaProblem | undefined;
  /** How much the text belongs to each of OpenAI's moderation categories, by name, 0 to 1; above 0.5 it is flagged. */
  moderate(text: string): { readonly [category: string]: number };
  /** Probabilities of the tokens of one generated text. @param top how many alternatives each token lists, 0 to 20 */
  tokenProbabilities(tokens: readonly string[], top: number): TokenProbability[];
  /**
   * What the endpoint reads in the request, checked and taken apart; to be called once. For a request that came before it is what was read
   * then, so it must follow from the request's body, parameters and headers and from the configuration alone, and nobody may change it.
   */
  read<Reading>(read: () => Reading): Reading;
  /**
   * What begins now takes as long as generating so many tokens. May abandon answer() and have another thread run it. What the simulation
   * does itself need not be said.
   */
  takes(tokens: number): void;
  /** A stream of randomness of this request for a purpose of the provider's own: the same purpose gives the same stream. */
  random(purpose: string): RandomSource;
  /** An identifier of the given length in the alphabet, from this request's own stream of randomness. */
  identifier(length: number, alphabet: string): string;
  /** Unix seconds: the wall clock, or a function of the request where the simulation is deterministic. */
  created(): number;
  /**
   * What an earlier request left under the key, on any process of the node; undefined when there is nothing (any more). The first
   * call for a key abandons answer() and runs it again with what was found, so call it before anything expensive. For several keys
   * call recallAll, which costs one round trip.
   */
  recall(key: string): Recollection | undefined;
  recallAll(keys: readonly string[]): readonly (Recollection | undefined)[];
  /** Leaves a document for later requests, before this one's answer begins; at most ttlSecs where given, else state.ttl_secs. */
  remember(key: string, document: string, ttlSecs?: number): void;
  forget(key: string): void;
  /** The request goes on with the chain, which tells its session where nothing else does. */
  followChain(chain: ResponseChain): void;
}

/** A request as an endpoint sees it. */
export interface ApiRequest {
  /** The parsed JSON body; null for endpoints without one, and for one that takes an absent body. */
  readonly body: unknown;
  /** The path's parameters by name, percent-decoded. */
  readonly parameters: { readonly [name: string]: string };
  /** The first value of the query's parameter. */
  query(name: string): string | undefined;
  /** All values of a parameter that may be given several times. */
  queryAll(name: string): readonly string[];
  /** A request header by its lower-case name: one of Provider.requestHeaders. */
  header(name: string): string | undefined;
}

/** What the OpenAPI document says about an endpoint. Schemas are named as in the provider's published schemas. */
export interface EndpointDescription {
  readonly summary: string;
  readonly requestSchema?: string;
  readonly replySchema?: string;
  /** Of the events of a streamed reply. */
  readonly eventSchema?: string;
  readonly queryParameters?: readonly { readonly name: string; readonly description: string }[];
}

export interface Endpoint {
  /** Unique over all providers: "openai.chat.completions". */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Paths in the router's notation (`:name` for a parameter); all have the same parameters. */
  readonly paths: readonly string[];
  /** What follows a colon behind the last segment of the path: "generateContent" of /v1beta/models/x:generateContent. */
  readonly verb?: string;
  /** Whether every reply is a stream; of the others those are whose request has a `stream` that is true. */
  readonly alwaysStreams?: true;
  /** Whether the request has a JSON body: `optional` gives null for an empty one. */
  readonly takesBody: boolean | 'optional';
  /** Endpoints that answer alike share it: the same body and path then have the same content. The name unless given. */
  readonly contentName?: string;
  readonly description: EndpointDescription;
  /** Whose budgets a request takes from where rate limits are on; absent for one that no limit counts. */
  readonly limitPool?: LimitPool;
  /** Answers into simulation.plan. Throws ApiError for a request that the real API rejects. */
  answer(request: ApiRequest, simulation: Simulation): void;
}

/** What is known of a request before anything is parsed. */
export interface RequestTraits {
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** By lower-case name. */
  header(name: string): string | undefined;
}

/** A stream that has to be cut short. */
export interface CutStream {
  /** The endpoint's content name: see Endpoint. */
  readonly contentName: string;
  /** As its headers said. */
  readonly contentType: string;
  /** How many events have gone out. */
  readonly events: number;
}

/** What a reply's texts mean to the provider's clients. A frame of a stream is one event. */
export interface ReplyEvents {
  /** Whether the event tells a client that the reply is complete. */
  isTerminal(event: string): boolean;
  /** The last event of a reply, twice: in the layout that the stream has. */
  repeated(event: string): readonly [string, string];
  /** The reply's identifier, where the text is of an event or a body that states it. What stands in the text's middle may be missing. */
  identifierIn(text: string): string | undefined;
  /** The event or the body without the counts of tokens; the same text where it has none, and an empty one where it has nothing else. */
  withoutUsage(text: string): string;
}

export interface Provider {
  readonly name: 'openai' | 'azure' | 'anthropic' | 'gemini';
  /** Whose models it lists. */
  readonly dialect: Dialect;
  readonly endpoints: readonly Endpoint[];
  /** The request headers that its endpoints ask for and that apiKeyOf reads, in lower case. */
  readonly requestHeaders: readonly string[];
  /** Top-level keys of a body that say how, not what, to answer: they do not change the content. */
  readonly transportKeys: ReadonlySet<string>;
  /** Whether a request is meant for this provider: asked in the registry's order where several share a path, and for unknown paths. */
  claims(traits: RequestTraits): boolean;
  /** The API key that the request carries; undefined when it carries none. */
  apiKeyOf(request: Pick<ApiRequest, 'header' | 'query'>): string | undefined;
  /** The provider's own words for trouble outside an endpoint. Called on the main thread as well: cheap, no state. */
  httpError(problem: HttpProblem): ErrorReply;
  /** How it counts tokens against rate limits. */
  readonly tokenCounting: TokenCounting;
  /** The headers of a successful reply that tell how the request's rate limits stand: lower-case names and values, flat. Main thread. */
  rateLimitHeaders(report: LimitReport): readonly string[];
  /** A prompt that its filter blocks gets a reply that says so, with nothing in it, rather than an error. */
  readonly repliesToBlockedPrompts?: true;
  /** Puts the request's identifier where the provider's errors carry it: a header, and for some a field of the body. */
  identifyError(reply: ErrorReply, requestId: string): ErrorReply;
  /** The last bytes of a stream that has to be cut short, as an event that the provider's clients understand as an error. */
  streamError(problem: HttpProblem, stream: CutStream): string;
  readonly replyEvents: ReplyEvents;
}

/** Thrown by an endpoint: the request is answered with this error. */
export class ApiError extends Error {
  readonly reply: ErrorReply;
  readonly delayUs: number;

  /** @param delayUs how long after the request's arrival it is answered */
  constructor(reply: ErrorReply, delayUs = 0) {
    super(reply.body);
    this.name = 'ApiError';
    this.reply = reply;
    this.delayUs = delayUs;
  }
}
