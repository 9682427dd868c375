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

export interface RequestRecord extends SpanPlace {
  readonly traceState: string | undefined;
  /** What the request asks a model for, in the words of the GenAI conventions; undefined for one that asks no model. */
  readonly operation: string | undefined;
  /** The API that is simulated, likewise; undefined where the request reached no endpoint. */
  readonly provider: string | undefined;
  /** The endpoint's name; undefined where the request reached none. */
  readonly endpoint: string | undefined;
  /** The endpoint's path with its parameters' names; undefined where the request reached none. */
  readonly route: string | undefined;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly scheme: 'http' | 'https';
  /** The request's host header. */
  readonly host: string | undefined;
  readonly userAgent: string | undefined;
  /** The HTTP status; 0 where no answer began. */
  readonly status: number;
  /** Times are unix time, µs. The request's arrival, waiting included. */
  readonly arrivedUs: number;
  /** When it got its place; that it waited for none shows in waitedUs. */
  readonly servedUs: number;
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
  /** The limit that refused the request. */
  readonly limit: string | undefined;
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
  /** The simulation's seed, and the request's identity under it: equal ones have equal plans. */
  readonly seed: number;
  readonly identity: string | undefined;
  /** The request's x-llm-sim-request-id. */
  readonly requestKey: string | undefined;
  readonly session: string | undefined;
  /** The scenarios that were active when it ended. */
  readonly scenarios: readonly string[];
  readonly facts: RequestFacts;
}
