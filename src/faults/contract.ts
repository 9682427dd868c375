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
import type { CutStream, HttpProblem, ModelFacts, ReplyEvents } from '../providers/contract.js';
import type { GeneratedChoice } from '../providers/generation.js';
import type { FinishedReply, ReplyEnding } from '../runtime/finished-reply.js';

/** What only some transports can do. */
export type TransportNeed = 'reset';

interface FaultFacts<Parameters> {
  /** Unique, in snake_case: what rules, headers, metrics and the journal call it. */
  readonly name: string;
  /** One sentence, for the docs. */
  readonly summary: string;
  /** Of the parameters: an object whose properties all have a default. */
  readonly schema: JsonSchema;
  /** Whether the client gets anything but the complete right answer. */
  readonly breaks: boolean;
  /** What the schema cannot say about complete parameters that passed it; nothing unless given. */
  readonly problems?: (parameters: Parameters) => readonly ParameterProblem[];
}

/** Where in the parameters something is wrong, and one sentence about it, to be read after the path. */
export interface ParameterProblem {
  readonly path: readonly string[];
  readonly message: string;
}

/** Answers instead of the model. */
export interface RefusingFault<Parameters> extends FaultFacts<Parameters> {
  readonly stage: 'before';
  readonly refuse: (parameters: Parameters, request: RefusedRequest) => Refusal;
}

/** What is known of a request that a fault refuses. */
export interface RefusedRequest {
  /** Undefined where it carries none. */
  readonly apiKey: string | undefined;
  /** Undefined where it is about none. */
  readonly model: Pick<ModelFacts, 'name' | 'contextWindowTokens'> | undefined;
  /** The endpoint's name. */
  readonly endpoint: string;
  readonly promptTokens: number;
}

export interface Refusal {
  /** Undefined where nothing is answered. */
  readonly problem: HttpProblem | undefined;
  /** How long after the request's arrival, before simulation.time_scale. */
  readonly afterMs: number;
  /** Whether afterMs is meant as it is, whatever simulation.time_scale. */
  readonly unscaled?: boolean;
  /** How the connection ends where nothing is answered. */
  readonly ending?: Exclude<ReplyEnding, 'complete'>;
}

/** Changes what the model says. */
export interface ContentFault<Parameters> extends FaultFacts<Parameters> {
  readonly stage: 'content';
  /** Undefined for a reply to which it does not apply: it is left as it was, and no fault has fired. */
  readonly change: (
    parameters: Parameters,
    choices: readonly GeneratedChoice[],
  ) => readonly GeneratedChoice[] | undefined;
}

/** Rewrites the finished reply. */
export interface StreamFault<Parameters> extends FaultFacts<Parameters> {
  readonly stage: 'stream';
  /** What the transport must be able to do for these parameters; nothing unless given. */
  readonly needs?: (parameters: Parameters) => readonly TransportNeed[];
  /** Makes the model say something that the fault needs to work on, before the provider writes it down. */
  readonly prepare?: (parameters: Parameters, choices: readonly GeneratedChoice[]) => readonly GeneratedChoice[];
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
