/**
 * What a fault is: a plug-in that spoils one reply in one way. It exports its name, the schema of its parameters with defaults and units, and
 * what it does at one of three stages:
 *
 *   before   the request is answered with an error of the provider's instead of a reply
 *   content  what the model says is changed before the provider writes it down
 *   stream   the finished reply is rewritten: its frames, when they are due, and how it ends
 *
 * Pure: the same parameters, reply and random source give the same bytes.
 */
import type { JsonSchema } from '../kernel/json-schema.js';
import type { RandomSource } from '../kernel/random-source.js';
import type { CutStream, HttpProblem } from '../providers/contract.js';
import type { Generation } from '../providers/generation.js';

/** What only some transports can do. */
export type TransportNeed = 'reset' | 'short_content_length';

interface FaultFacts {
  /** Unique, in snake_case: what rules, headers, metrics and the journal call it. */
  readonly name: string;
  /** One sentence, for the docs. */
  readonly summary: string;
  /** Of the parameters: an object whose properties all have a default. */
  readonly schema: JsonSchema;
  /** Whether the client gets anything but the complete right answer. */
  readonly breaks: boolean;
}

/** Answers instead of the model. */
export interface RefusingFault<Parameters> extends FaultFacts {
  readonly stage: 'before';
  readonly refuse: (parameters: Parameters) => Refusal;
}

export interface Refusal {
  /** Undefined where nothing is answered. */
  readonly problem: HttpProblem | undefined;
  /** How long after the request's arrival, before simulation.time_scale. */
  readonly afterMs: number;
  /** How the connection ends where nothing is answered. */
  readonly ending?: ReplyEnding;
}

/** Changes what the model says. */
export interface ContentFault<Parameters> extends FaultFacts {
  readonly stage: 'content';
  readonly change: (parameters: Parameters, generation: Generation) => Generation;
}

/** Rewrites the finished reply. */
export interface StreamFault<Parameters> extends FaultFacts {
  readonly stage: 'stream';
  /** What the transport must be able to do for these parameters; nothing unless given. */
  readonly needs?: (parameters: Parameters) => readonly TransportNeed[];
  readonly rewrite: (parameters: Parameters, reply: FinishedReply, context: RewriteContext) => void;
}

export type FaultKind<Parameters = never> =
  | RefusingFault<Parameters>
  | ContentFault<Parameters>
  | StreamFault<Parameters>;

/** After the last frame: the answer is whole, the connection is closed (FIN), or it is reset (RST). */
export type ReplyEnding = 'complete' | 'close' | 'reset';

/** One event, or what is written at a time. */
export interface ReplyFrame {
  /** After the frame before it; the first: after the request's arrival. */
  delayUs: number;
  bytes: Uint8Array;
}

/** A reply as the provider has written it, to be changed in place. */
export interface FinishedReply {
  readonly kind: 'whole' | 'stream';
  status: number;
  headers: string[];
  /** A whole reply has one. */
  frames: ReplyFrame[];
  ending: ReplyEnding;
  /** How long status and headers of a stream are held back after the request's arrival. */
  headersDelayUs: number;
  /** The content-length of a whole reply where it is not true. */
  announcedBytes: number | undefined;
}

export interface RewriteContext {
  readonly random: RandomSource;
  /** What every millisecond of a parameter is multiplied by. */
  readonly timeScale: number;
  /** After the request's arrival, when the token of the number (from 0) is due; undefined for a reply that has none of the number. */
  readonly tokenUs: (token: number) => number | undefined;
  /** The provider's own error event. */
  readonly errorEvent: (problem: HttpProblem, stream: Pick<CutStream, 'events'>) => Uint8Array;
}
