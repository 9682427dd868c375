/**
 * What the parts of the load generator hand to each other. A run is a plan; the plan's arrivals start conversations; each turn of a
 * conversation is one numbered request; each request ends as one record; records become measures, verdicts and reports.
 *
 *   LoadPlan ─▶ arrivals ─▶ conversations ─▶ NumberedRequest ─▶ client (threads) ─▶ RequestRecord ─▶ measures ─▶ verdict, report
 *                                                                                        └─▶ compare
 *
 * Everything up to a NumberedRequest is a pure function of plan and seed: any thread makes the same request for the same number, so none
 * has to be handed around, and two paths to the same upstream get the same requests.
 */
import type { Length } from '../latency/lengths.js';

export const DIALECTS = [
  'openai.chat',
  'openai.responses',
  'openai.completions',
  'openai.embeddings',
  'azure.chat',
  'anthropic.messages',
  'gemini.generate',
] as const;
export type DialectName = (typeof DIALECTS)[number];

/** A delay as the plan gives it: milliseconds, or any distribution of the latency registry. */
export type Delay = number | { readonly distribution: string; readonly [parameter: string]: unknown };

/** Where requests go, and with which headers besides a dialect's own. */
export interface Target {
  /** `http://host:port`, with a path in front of the API's where a gateway has one. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent where the dialect wants its key; identities of the plan take its place where there are some. */
  readonly apiKey: string;
}

/** One stretch of open-loop arrivals; its parameters are the pattern's own (src/load/arrivals/registry.ts). */
export interface ArrivalStage {
  readonly pattern: string;
  readonly [parameter: string]: unknown;
}

/** A closed loop: each user sends, reads the whole answer, thinks, and sends again. */
export interface ClosedLoop {
  readonly users: number;
  readonly thinkTime: Delay;
  /** Over which users start, evenly. */
  readonly rampUpSecs: number;
}

export interface ConversationShape {
  readonly turns: Length;
  /** Tokens of a system prompt that is the same for all conversations of this share of the mix. */
  readonly sharedPrefixTokens: number;
  /** Between an answer's end and the next turn. */
  readonly thinkTime: Delay;
}

/** One kind of request and how often it comes. */
export interface MixEntry {
  readonly name: string;
  readonly weight: number;
  readonly dialect: DialectName;
  readonly model: string;
  readonly stream: boolean;
  /** What each turn adds as its user's message, the frame of that included. Prefix, earlier turns and their made-up answers come on top. */
  readonly promptTokens: Length;
  /** Sent as the dialect's limit of output tokens; absent: no limit is sent. */
  readonly outputTokens?: Length;
  readonly conversation: ConversationShape;
  /** Fields that are merged into the body as they are. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Share of requests whose client leaves, and when: after a delay from the sending, or after chunks with content. */
  readonly cancel?:
    | { readonly share: number; readonly after: Delay }
    | { readonly share: number; readonly afterChunks: number };
  /** Share of requests that are read slowly, and how fast. */
  readonly slowReader?: { readonly share: number; readonly bytesPerSec: number };
}

/** What counts as good service; what is absent does not count. From the intended time of sending, as all of the run's delays. */
export interface ServiceObjectives {
  readonly ttftMs?: number;
  readonly tpotMs?: number;
  readonly e2eMs?: number;
}

export interface LoadPlan {
  readonly target: Target;
  readonly seed: number;
  /** One of the two is there. */
  readonly arrivals?: readonly ArrivalStage[];
  readonly closedLoop?: ClosedLoop;
  /** The run stops starting conversations at the first of these; open-loop stages have lengths of their own. */
  readonly durationSecs?: number;
  readonly requestsMax?: number;
  /** Where a trace gives conversations their lengths, in the order of their arrival; what is not given (-1) or beyond its end is drawn. */
  readonly recordedLengths?: { readonly inputTokens?: readonly number[]; readonly outputTokens?: readonly number[] };
  readonly mix: readonly MixEntry[];
  /** Number of client keys; requests are dealt to them by weight 1/rank^skew. 0: the target's own key. */
  readonly identities: { readonly count: number; readonly skew: number; readonly prefix: string };
  readonly objectives: ServiceObjectives;
  /** Nothing of these counts: the first seconds of the run. */
  readonly warmUpSecs: number;
  readonly threads: number;
  /** In flight at once over all threads; an arrival beyond is counted as not sent and makes the run invalid. */
  readonly inFlightMax: number;
  readonly requestTimeoutSecs: number;
  /** How long requests that are in flight at the end may take to finish. */
  readonly gracePeriodSecs: number;
  /** Whether each request names itself by x-llm-sim-request-id. */
  readonly sendsRequestIds: boolean;
}

/** One turn of a conversation, ready to be sent. */
export interface NumberedRequest {
  /** Of the conversation within the run, from 0. */
  readonly conversation: number;
  /** From 0. */
  readonly turn: number;
  /** The value of x-llm-sim-request-id: unique in the run, the same on every path and in every run with the same seed. */
  readonly key: string;
  /** Position in the plan's mix. */
  readonly mix: number;
  readonly dialect: DialectName;
  readonly model: string;
  readonly stream: boolean;
  readonly method: 'POST';
  /** Path and query, behind the target's URL. */
  readonly path: string;
  /** All of them but the target's own, with the key's and the content type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Position among the identities; -1 where there are none. */
  readonly identity: number;
  readonly cancelAfterMs?: number;
  readonly cancelAfterChunks?: number;
  readonly bytesPerSecMax?: number;
}

/** A conversation is made when it arrives; its turns are made one by one. */
export interface Conversation {
  readonly number: number;
  readonly turns: number;
  turn(index: number): NumberedRequest;
  /** Before this turn, from the answer before; 0 for the first. */
  thinkTimeMs(index: number): number;
}

/** Pure: the same for the same plan and seed, in any order of asking. */
export interface RequestSource {
  conversation(number: number): Conversation;
}

/** Open-loop arrivals in order: when each conversation is to start, in milliseconds from the run's start; undefined at the end. */
export interface ArrivalProcess {
  next(): number | undefined;
}

/**
 * How a request ended. `complete` alone is a success; `cancelled` is what the plan asked for and counts neither as success nor as error.
 */
export const OUTCOMES = [
  'complete',
  /** A status other than 2xx with a body that was read to its end. */
  'http_error',
  /** No connection. */
  'connect_failed',
  /** The connection ended before the answer's head. */
  'no_answer',
  /** A stream or body that was reset, or closed before the length or the last chunk that HTTP promised. */
  'broken_off',
  /** A stream that ended as HTTP ends, without the dialect's terminal event. */
  'no_terminal_event',
  /** An error event of the dialect within a stream. */
  'error_event',
  /** A body or an event that is no JSON, or not of the dialect's shape. */
  'malformed',
  /** Usage that is missing where it was due, negative, or whose total is not its parts' sum. */
  'wrong_usage',
  /** Longer than the plan's timeout. */
  'timeout',
  'cancelled',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface TokenUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** What compare needs beyond a record's numbers. Kept for requests of runs that ask for it. */
export interface Capture {
  /** In lower case, as they came, repeated ones joined by ', '. */
  readonly headers: Readonly<Record<string, string>>;
  /** Data of each event as it came, without `data: `; of a whole answer its body as the only element. */
  readonly events: readonly string[];
  /** The event's name by `event:`, '' where there was none. */
  readonly eventNames: readonly string[];
  /** When each event was there, in microseconds from the sending. */
  readonly eventTimesUs: Uint32Array;
  /** Content of the answer as a user reads it: text, reasoning that is shown, and arguments of tool calls, by event; '' for events without. */
  readonly texts: readonly string[];
}

/** One request from its intended sending to its end. Times are microseconds; absent means that it did not come to that. */
export interface RequestRecord {
  readonly key: string;
  readonly conversation: number;
  readonly turn: number;
  readonly mix: number;
  readonly dialect: DialectName;
  readonly model: string;
  readonly stream: boolean;
  readonly identity: number;
  /** From the run's start. In a closed loop, and for later turns, when the turn became due. */
  readonly intendedUs: number;
  /** From the run's start; what lies between the two is the generator's own lateness. */
  readonly sentUs: number;
  /** From the sending, like all that follow. */
  readonly headersUs?: number;
  /** Of each chunk with content: its first is the first token's. One for a whole answer. */
  readonly chunkTimesUs: Uint32Array;
  readonly endUs: number;
  readonly status?: number;
  readonly outcome: Outcome;
  /** The provider's word for an error (its type or code), or the system's (ECONNRESET). */
  readonly error?: string;
  readonly finishReason?: string;
  readonly usage?: TokenUsage;
  readonly bytes: number;
  /** From `retry-after` or its dialect's like, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly capture?: Capture;
}

/** What a thread sends to the main thread, several times a second. */
export interface ThreadReport {
  readonly records: readonly RequestRecord[];
  readonly inFlight: number;
  readonly started: number;
  /** Arrivals behind the warm-up that found the plan's bound of requests in flight reached. */
  readonly notSent: number;
  /** Delay of the thread's event loop since the last report, at the 99th percentile. */
  readonly loopDelayP99Us: number;
}

/** Takes what a run yields; the live view, the measures and the files are sinks. */
export interface RunSink {
  record(record: RequestRecord): void;
  /** Once a second, and at the end. */
  tick?(progress: RunProgress): void;
}

export interface RunProgress {
  readonly elapsedSecs: number;
  /** Undefined where only a number of requests bounds the run. */
  readonly totalSecs?: number;
  readonly started: number;
  readonly finished: number;
  readonly inFlight: number;
  readonly notSent: number;
  readonly loopDelayP99Us: number;
}
