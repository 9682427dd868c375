/**
 * What the parts of a comparison hand to each other. A pair is one numbered request that went both ways; its facts are what is kept of the
 * two answers once their captures are let go; the upstream's journal tells afterwards what became of each, and the judgement is made of all.
 *
 *   paired requests ─▶ both paths, one after the other ─▶ PairFacts ─┬─▶ judgement ─▶ CompareResult
 *                                        the upstream's journal ─────┘
 */
import type { DialectName, NumberedRequest, Outcome, RequestRecord, Target, TokenUsage } from '../contract.js';

/** What a comparison needs of a client: the generator's own, or a test's. */
export interface Sender {
  send(
    request: NumberedRequest,
    options: { readonly intendedUs: number; readonly capture: boolean; readonly signal?: AbortSignal },
  ): Promise<RequestRecord>;
  close(): Promise<void>;
}

/** One of the two ways to the upstream. */
export interface ComparedPath {
  readonly target: Target;
  /** In place of the plan's, where the gateway speaks another dialect than the upstream. */
  readonly dialect?: DialectName;
  /** In place of the plan's, where the gateway has a name of its own for the model. */
  readonly model?: string;
}

/** What is needed of an entry of the upstream's journal, as src/load/oracle reads it. */
export interface UpstreamEntry {
  /** When the request arrived, in µs on the node's own clock, and when it ended there. */
  readonly arrivedUs: number;
  readonly endedUs: number;
  readonly requestId: string | null;
  readonly identity: string | null;
  readonly session: string | null;
  readonly userAgent: string | null;
  readonly plannedTtftMs: number | null;
  readonly plannedEndMs: number | null;
  /** When the upstream sent the first content, from the request's arrival. */
  readonly ttftMs: number | null;
  /** 0 or null where nothing was answered. */
  readonly status: number | null;
  readonly outcome: string;
  readonly fault: string | null;
  readonly endpoint: string | null;
  readonly isStream: boolean;
  /** What was sent, or its beginning, where the upstream records bodies. */
  readonly replyBody: string | null;
}

/** The user agent of the direct path, by which the journal tells it from the gateway: no plan depends on it. */
export const DIRECT_USER_AGENT = 'llm-simulator-compare/direct';
export const GATEWAY_USER_AGENT = 'llm-simulator-compare/gateway';

/** One way's answer, without what was captured. */
export interface AnswerFacts {
  readonly outcome: Outcome;
  readonly status?: number;
  readonly error?: string;
  readonly finishReason?: string;
  readonly usage?: TokenUsage;
  /** From the sending. */
  readonly headersMs?: number;
  readonly firstContentMs?: number;
  readonly lastContentMs?: number;
  readonly endMs: number;
  /** Events with content. */
  readonly chunks: number;
  /** Chunks that came in the same read as the one before. */
  readonly together: number;
  readonly textLength: number;
}

export type ContentVerdict = 'equal' | 'lost' | 'added' | 'reordered' | 'changed';

/** How the gateway's content differs from the direct path's. Lengths and positions are UTF-16 units. */
export interface ContentComparison {
  readonly verdict: ContentVerdict;
  /** Where the two part; the text's length where they are equal. */
  readonly at: number;
  /** Of the direct path's text, and of the gateway's in its place, between the common beginning and the common end. */
  readonly directLength: number;
  readonly gatewayLength: number;
}

/** How chunks lie over each other: a boundary is a place in the text where one chunk ends and the next begins. */
export interface ChunkComparison {
  /** Boundaries that the direct path has and the gateway lacks. */
  readonly merged: number;
  /** Boundaries that the gateway has and the direct path lacks. */
  readonly split: number;
  /** How much later than on the direct path each of its chunks was complete on the gateway's, in milliseconds. */
  readonly delaysMs: Float64Array;
}

export type DifferenceKind = 'lost' | 'added' | 'changed';

/** A header or a field of the answer, by its name or its path in the JSON (`choices[].delta.role`). */
export interface Difference {
  readonly name: string;
  readonly kind: DifferenceKind;
  /** Cut to a bound; undefined where that way has none. */
  readonly direct?: string;
  readonly gateway?: string;
}

export interface PairFacts {
  readonly key: string;
  readonly stream: boolean;
  readonly directFirst: boolean;
  /** What the plan asked for: the client leaves. */
  readonly cancels: boolean;
  readonly direct: AnswerFacts;
  readonly gateway: AnswerFacts;
  /** What the gateway's answer said, for a comparison with what the upstream recorded; undefined for a long one, and beyond a bound of all. */
  readonly gatewayText?: string;
  /** Of answers that both ways gave. */
  readonly content?: ContentComparison;
  /** Of streams whose content begins alike. */
  readonly chunks?: ChunkComparison;
  readonly headers: readonly Difference[];
  /** Empty where the dialects differ. */
  readonly fields: readonly Difference[];
}
