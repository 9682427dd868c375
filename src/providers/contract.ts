/**
 * What a provider is: a plug-in that owns one wire dialect. It lists its endpoints, validates what clients send as the real API
 * would, asks the Simulation for content and time, and writes the reply in its own words. Everything here is pure: the same
 * request in the same Simulation gives the same plan.
 */
import type { Tokenizer } from '../content/contract.js';
import type { PlanBuilder } from '../runtime/response-plan.js';

/** What the main thread can find wrong with a request, and what can go wrong behind it. */
export type HttpProblem =
  | { readonly kind: 'unknown_route'; readonly method: string; readonly path: string }
  | {
      readonly kind: 'method_not_allowed';
      readonly method: string;
      readonly path: string;
      readonly allowed: readonly string[];
    }
  | { readonly kind: 'body_too_large'; readonly bytesMax: number }
  | { readonly kind: 'too_many_connections' }
  | { readonly kind: 'overloaded' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'shutting_down' }
  | { readonly kind: 'internal' };

export interface ErrorReply {
  readonly status: number;
  /** Lower-case names and values, flat. */
  readonly headers: readonly string[];
  /** JSON text. */
  readonly body: string;
}

/** A model of the configuration, as far as the wire needs it. */
export interface ModelFacts {
  readonly index: number;
  readonly name: string;
  /** Unix seconds. */
  readonly created: number;
  readonly contextWindowTokens: number;
  readonly maxOutputTokens: number;
  readonly kind: 'chat' | 'completion' | 'embedding';
}

export interface GenerationRequest {
  readonly model: ModelFacts;
  readonly promptTokens: number;
  /** How many independent answers (>= 1). */
  readonly choices: number;
  /** The most tokens one answer may have (>= 1). */
  readonly maxTokens: number;
  /** Whether the client set that bound itself; if not, the model's own distribution of lengths decides. */
  readonly maxTokensGiven: boolean;
  readonly stops: readonly string[];
}

export interface GeneratedChoice {
  /** One string per token. */
  readonly tokens: readonly string[];
  readonly finish: 'stop' | 'length';
}

export interface Generation {
  readonly choices: readonly GeneratedChoice[];
  readonly completionTokens: number;
  /** When the first token is due after the request's arrival, in simulated time already scaled, µs. */
  readonly ttftUs: number;
  /** The gap before token i + 1 of every choice, µs; as long as the longest choice less one. */
  readonly itlUs: Float64Array;
}

/** What a provider may ask while it answers one request. */
export interface Simulation {
  readonly plan: PlanBuilder;
  readonly modelSuffix: string;
  /** The seed as it appears in system_fingerprint. */
  readonly seed: number;
  /** The model that serves the name, or undefined. */
  findModel(name: string): ModelFacts | undefined;
  /** The dialect's enabled models, by name. */
  listModels(): readonly ModelFacts[];
  tokenizerOf(model: ModelFacts): Tokenizer;
  generate(request: GenerationRequest): Generation;
  /** An identifier of the given length in the alphabet, from this request's own stream of randomness. */
  identifier(length: number, alphabet: string): string;
  /** Unix seconds: the wall clock, or a function of the request where the simulation is deterministic. */
  created(): number;
}

/** A request as an endpoint sees it. */
export interface ApiRequest {
  /** The parsed JSON body; undefined for endpoints without one. */
  readonly body: unknown;
  readonly pathParameter: string | undefined;
}

export interface Endpoint {
  /** Unique over all providers: "openai.chat.completions". */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** A path in the router's notation (`:name` for a parameter). */
  readonly path: string;
  /** Whether the request has a JSON body. */
  readonly takesBody: boolean;
  /** Answers into simulation.plan. Throws ApiError for a request that the real API rejects. */
  answer(request: ApiRequest, simulation: Simulation): void;
}

export interface Provider {
  readonly name: 'openai' | 'anthropic' | 'gemini';
  readonly endpoints: readonly Endpoint[];
  /** Top-level keys of a body that say how, not what, to answer: they do not change the content. */
  readonly transportKeys: ReadonlySet<string>;
  /** The provider's own words for trouble outside an endpoint. Called on the main thread as well: cheap, no state. */
  httpError(problem: HttpProblem): ErrorReply;
  /** The reply to a body that is not JSON. */
  notJson(): ErrorReply;
  /** The last bytes of a stream that has to be cut short, as an event that the provider's clients understand as an error. */
  streamError(problem: HttpProblem): string;
}

/** Thrown by an endpoint: the request is answered with this error. */
export class ApiError extends Error {
  readonly reply: ErrorReply;

  constructor(reply: ErrorReply) {
    super(reply.body);
    this.name = 'ApiError';
    this.reply = reply;
  }
}
