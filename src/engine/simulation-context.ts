/**
 * What a simulation is given: for good when it is made, anew with every request, and whom it tells what an answer is made of.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Tokenizer } from '../content/contract.js';
import type { RequestPlace } from '../faults/request-number.js';
import type { ContentHash } from '../kernel/content-hash.js';
import type { ApiRequest, Provider } from '../providers/contract.js';
import type { Generation } from '../providers/generation.js';
import type { Recalled } from '../runtime/render-request.js';
import type { PlanBuilder } from '../runtime/response-plan.js';
import type { Effort } from './effort.js';
import type { KnownRequest } from './known-bodies.js';
import type { RequestSession } from './sessions/session-finder.js';

export interface SimulationContext {
  readonly snapshot: ConfigurationSnapshot;
  /** Every encoding that a model of the snapshot uses, by name. */
  readonly tokenizers: ReadonlyMap<string, Tokenizer>;
  readonly plan: PlanBuilder;
  /** Seconds since 1970; asked only when the simulation is not deterministic. */
  readonly wallClockSecs: () => number;
  /** The name of the transport that will send the plans; undefined where none does. */
  readonly transport?: string | undefined;
  readonly observer?: SimulationObserver;
  /** What the request at hand may take; unbounded unless given. */
  readonly effort?: Effort;
}

/** Told what an answer is made of, while it is made: for whoever wants to see more of a plan than its bytes. */
export interface SimulationObserver {
  onGeneration(generation: Generation): void;
  /** The reply carries the fault. @param rule by which it got it; undefined where the request asked for it itself */
  onFault(kind: string, rule: string | undefined): void;
}

/** A request at hand. */
export interface RequestContext {
  /** Which one it is, in four words. */
  readonly identity: ContentHash;
  readonly provider: Provider;
  /** The endpoint's name. */
  readonly endpoint: string;
  /** When it arrived, in µs since the node's start. */
  readonly atUs: number;
  /** What operators changed at run time, as JSON; undefined while nothing is. */
  readonly steering: string | undefined;
  readonly call: Pick<ApiRequest, 'header' | 'query'>;
  /** Whether its reply is to be a stream. */
  readonly streams: boolean;
  /** By which number patterns of faults count it. */
  readonly place: () => RequestPlace;
  /** To which session it belongs, if to any. */
  readonly session?: RequestSession | undefined;
  /** On the second round, what the first asked for. */
  readonly recalled: Pick<Recalled, 'entries' | 'prefix'> | undefined;
  /** What is known of it from an equal one; undefined where nothing is. */
  readonly known?: KnownRequest | undefined;
}
