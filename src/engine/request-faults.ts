/**
 * The fault of the request at hand: decided once, when the request is known to be one that the real API would answer, and carried out where
 * its stage says. A request that is wrong gets its own error, and no fault.
 *
 *   before   refuse() throws the provider's error in place of an answer
 *   content  changed() gives other choices
 *   stream   pending, until the reply is finished: see reply-rewriting.ts
 */

import type { SequenceKey } from '../faults/draws.js';
import type { InjectedFault } from '../faults/fault.js';
import type { FaultSubject } from '../faults/rules.js';
import { ApiError, type ModelFacts } from '../providers/contract.js';
import type { GeneratedChoice } from '../providers/generation.js';
import { FaultDecision } from './fault-decision.js';
import { type Asked, NOTHING_ASKED, RequestOverrides } from './request-overrides.js';
import type { RequestSteering } from './request-steering.js';
import type { RequestContext, SimulationContext } from './simulation-context.js';
import { Unanswered } from './unanswered.js';

/** The request as rules look at it: what few of them look at is found out when one does. */
class Subject implements FaultSubject {
  readonly #request: RequestContext;
  readonly model: string;
  readonly generates: boolean;

  constructor(request: RequestContext, model: string, generates: boolean) {
    this.#request = request;
    this.model = model;
    this.generates = generates;
  }

  get endpoint(): string {
    return this.#request.endpoint;
  }

  get provider(): string {
    return this.#request.provider.name;
  }

  get apiKey(): string | undefined {
    return this.#request.provider.apiKeyOf(this.#request.call);
  }

  get stream(): boolean {
    return this.#request.streams;
  }

  header(name: string): string | undefined {
    return this.#request.call.header(name);
  }

  get identity(): Uint32Array {
    return this.#request.identity;
  }

  get number(): number {
    return this.#request.place().number;
  }

  get sequence(): SequenceKey {
    return this.#request.place().sequence;
  }

  get atUs(): number {
    return this.#request.atUs;
  }
}

export class RequestFaults {
  readonly #context: SimulationContext;
  readonly #decision: FaultDecision;
  readonly #overrides: RequestOverrides;
  readonly #steering: Pick<RequestSteering, 'faults'>;
  readonly #timeScale: number;
  #request: RequestContext | undefined;
  #asked: Asked = NOTHING_ASKED;
  #isDecided = false;
  #pending: InjectedFault | undefined;

  /** @param steering of the request at hand */
  constructor(context: SimulationContext, steering: Pick<RequestSteering, 'faults'>) {
    this.#context = context;
    this.#steering = steering;
    this.#decision = new FaultDecision(context.snapshot);
    this.#overrides = new RequestOverrides(context);
    this.#timeScale = context.snapshot.configuration.simulation.time_scale;
  }

  /** Whether any rule looks at the requests' numbers. */
  get count(): boolean {
    return this.#decision.counts;
  }

  /** What the request asked for by headers of its own. */
  get asked(): Asked {
    return this.#asked;
  }

  /** The fault that the finished reply is to get. */
  get pending(): InjectedFault | undefined {
    return this.#pending;
  }

  begin(request: RequestContext): void {
    this.#request = request;
    this.#asked = NOTHING_ASKED;
    this.#isDecided = false;
    this.#pending = undefined;
  }

  /** @throws ApiError for a header that is malformed */
  readHeaders(): void {
    this.#asked = this.#overrides.of(this.#begun);
  }

  /**
   * The fault of a request that the API would answer; undefined for none, and when it has been decided before.
   * @param model the name of the one that serves it; empty for none
   * @param generates whether the reply is generated token by token
   * @param ruled what its reply rule asks for
   */
  decide(model: string, generates: boolean, ruled?: InjectedFault): InjectedFault | undefined {
    if (this.#isDecided) return undefined;
    this.#isDecided = true;
    const asked = this.#asked.fault;
    const steered = this.#steering.faults;
    if (this.#decision.isIdle && asked === undefined && ruled === undefined && steered === undefined) return undefined;
    const fault = this.#decision.of(new Subject(this.#begun, model, generates), asked, ruled, steered);
    if (fault?.kind.stage === 'stream') {
      this.#pending = fault;
      // From here on, so that a place in the reply can be given by tokens.
      this.#context.plan.countShown();
    }
    return fault;
  }

  /**
   * Carries out a fault before the answer.
   * @param generates as decide()
   * @returns when the reply that says that the prompt is blocked is due, µs, from a provider that answers so; any other throws
   */
  refuse(
    fault: InjectedFault | undefined,
    model: ModelFacts | undefined,
    promptTokens: number,
    generates: boolean,
  ): number | undefined {
    if (fault?.kind.stage !== 'before') return undefined;
    const { call, endpoint, provider } = this.#begun;
    const apiKey = provider.apiKeyOf(call);
    const { problem, afterMs, unscaled, ending } = fault.kind.refuse(fault.parameters as never, {
      apiKey,
      endpoint,
      model,
      promptTokens,
    });
    const delayUs = afterMs * 1_000 * (unscaled === true ? 1 : this.#timeScale);
    this.fired(fault);
    if (problem === undefined) throw new Unanswered(delayUs, ending ?? 'close');
    if (problem.kind === 'prompt_blocked' && generates && provider.repliesToBlockedPrompts === true) return delayUs;
    throw new ApiError(provider.httpError(problem), delayUs);
  }

  /** What the model says, with a fault of its content. */
  changed(fault: InjectedFault | undefined, choices: readonly GeneratedChoice[]): readonly GeneratedChoice[] {
    if (fault?.kind.stage === 'stream') return fault.kind.prepare?.(fault.parameters as never, choices) ?? choices;
    if (fault?.kind.stage !== 'content') return choices;
    const changed = fault.kind.change(fault.parameters as never, choices);
    if (changed === undefined) return choices;
    this.fired(fault);
    return changed;
  }

  /** The reply carries the fault. */
  fired({ kind, number, rule }: InjectedFault): void {
    this.#context.plan.fault = number;
    this.#context.observer?.onFault(kind.name, rule);
  }

  get #begun(): RequestContext {
    if (this.#request === undefined) throw new RangeError('no request has begun');
    return this.#request;
  }
}
