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
import type { CutStream, HttpProblem, ReplyEvents } from '../providers/contract.js';
import type { Generation } from '../providers/generation.js';
import type { FinishedReply, ReplyEnding } from '../runtime/finished-reply.js';

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
  /** Makes the model say something that the fault needs to work on, before the provider writes it down. */
  readonly prepare?: (parameters: Parameters, generation: Generation) => Generation;
  /** @returns whether the reply is one that the fault applies to and is long enough; where not it is left as it was, and no fault has fired */
  readonly rewrite: (parameters: Parameters, reply: FinishedReply, context: RewriteContext) => boolean;
}

export type FaultKind<Parameters = never> =
  | RefusingFault<Parameters>
  | ContentFault<Parameters>
  | StreamFault<Parameters>;

export interface RewriteContext {
  readonly random: RandomSource;
  /** What every millisecond of a parameter is multiplied by. */
  readonly timeScale: number;
  /** What the provider's events are made of. */
  readonly events: ReplyEvents;
  /** The provider's own error event for a stream of which so many events have gone out. */
  readonly errorEvent: (problem: HttpProblem, sent: Pick<CutStream, 'events'>) => string;
}
