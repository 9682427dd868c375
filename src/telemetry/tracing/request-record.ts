/**
 * What is known of a traced request when it has ended, in the simulator's own terms: plain data, which crosses to the thread that makes spans
 * of it. Texts that come from clients are cut to their bounds by whoever fills the record in; none is of a prompt, an answer, a key or a query.
 */
import type { SpanPlace } from './trace-sampler.js';

/** What a request asked for and what its reply is called, as a worker read it: absent what it did not say. */
export interface RequestFacts {
  /** The model's name as the client wrote it, up to MODEL_CHARS_MAX characters. */
  readonly model?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  /** How many answers were asked for. */
  readonly choices?: number;
  readonly stream?: true;
  /** The reply's identifier on the wire. */
  readonly responseId?: string;
  /** By choice: stop, length, tool_calls, content_filter. */
  readonly finishReasons?: readonly string[];
  readonly reasoningTokens?: number;
}

export const MODEL_CHARS_MAX = 128;
/** Of any other text of a client's. */
export const TEXT_CHARS_MAX = 256;

/** What is known of a traced request before it ends: of its head, and of its plan. */
export interface RequestHead extends SpanPlace {
  readonly traceState: string | undefined;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The request's host header. */
  readonly host: string | undefined;
  readonly userAgent: string | undefined;
  /** The request's x-llm-sim-request-id. */
  readonly requestKey: string | undefined;
  /** The scenarios that were active when the request came. */
  readonly scenarios: readonly string[];
  /** The request's identity under the seed: equal ones have equal plans. */
  identity: string | undefined;
  session: string | undefined;
  /** The limit that refused the request. */
  limit: string | undefined;
  /** The worker's RequestFacts, as JSON. */
  facts: string | undefined;
}

/** What is known when it has ended. Times are unix time, µs. */
export interface RequestEnd {
  /** What the request asks a model for, in the words of the GenAI conventions; undefined for one that asks no model. */
  readonly operation: string | undefined;
  /** The API that is simulated, likewise; undefined where the request reached no endpoint. */
  readonly provider: string | undefined;
  /** The endpoint's name; undefined where the request reached none. */
  readonly endpoint: string | undefined;
  /** The endpoint's path with its parameters' names; undefined where the request reached none. */
  readonly route: string | undefined;
  readonly scheme: 'http' | 'https';
  /** The HTTP status; 0 where no answer began. */
  readonly status: number;
  /** The request's arrival, waiting included. */
  readonly arrivedUs: number;
  /** How long it waited for its place. */
  readonly waitedUs: number;
  /** When the first frame with something of the model's went out; 0 where none did. */
  readonly firstTokenUs: number;
  readonly endUs: number;
  readonly outcome: 'finished' | 'aborted' | 'failed' | 'refused';
  readonly result: 'success' | 'aborted' | 'error';
  /** A fixed word for why it failed, was aborted or refused; empty for none. */
  readonly cause: string;
  /** As the errors are counted: the status, the fault or the cause; empty for none. */
  readonly error: string;
  /** The injected fault's kind; undefined for none. */
  readonly fault: string | undefined;
  /** Whether the fault kept the client from the complete right answer. */
  readonly isSpoilt: boolean;
  /** The model of the configuration that answered. */
  readonly model: string | undefined;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** Frames that went out. */
  readonly chunks: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** By how much a frame was late at the most, µs. */
  readonly slipMaxUs: number;
  /** Which acceptor process of the node served it, from 0. */
  readonly process: number;
  /** The simulation's. */
  readonly seed: number;
}

/** As it crosses to the thread: in two parts, because putting them together would cost the main thread more than all the rest. */
export interface TracedRequest {
  readonly head: RequestHead;
  readonly end: RequestEnd;
}

export type RequestRecord = Readonly<Omit<RequestHead, 'facts'>> & RequestEnd & { readonly facts: RequestFacts };

const NO_FACTS: RequestFacts = {};

export function recordOf({ end, head }: TracedRequest): RequestRecord {
  return { ...head, ...end, facts: head.facts === undefined ? NO_FACTS : (JSON.parse(head.facts) as RequestFacts) };
}
