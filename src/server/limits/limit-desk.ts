/**
 * Holds every plan to the rate limits before anything else is done with it, where limits are on.
 *
 *   plan ──not limited──────────────────────────────────▶ on
 *        ──demand──▶ LimitHolder ──admitted──▶ on, with the headers that say how the limits stand
 *                                ──refused──▶ the provider's own 429
 *                                ──cannot be decided──▶ the provider's own error of overload, or on without headers, as configured
 *
 * Invariants: a slot's demand is decided at most once, and what it got goes back exactly once, when its books are closed or, where they were
 * closed while it waited, when it is decided. A plan that asks for state first is let through: the one that answers is held to the limits.
 */

import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { LimitAmounts, LimitRefusal, LimitReport, LimitScope, TokenDemand } from '../../limits/contract.js';
import { correctsEstimate, demandedTokens, demandOf, settlementOf, usedTokens } from '../../limits/demand.js';
import { LimitRules } from '../../limits/limit-rules.js';
import { ScaledScopes } from '../../limits/scaled-scopes.js';
import type { Endpoint, HttpProblem, Provider } from '../../providers/contract.js';
import { endpoints } from '../../providers/registry.js';
import { NO_MODEL, PLAN_RECALL, PLAN_STREAM } from '../../runtime/plan-layout.js';
import {
  planCompletionTokens,
  planFrameCount,
  planGeneration,
  planKind,
  planModelIndex,
  planOvertureFrames,
  planSlot,
  planStatus,
} from '../../runtime/plan-reader.js';
import { NO_WORKER, type StreamTable } from '../../runtime/stream-table.js';
import type { AcceptorMetrics } from '../../telemetry/metrics.js';
import type { RequestOutcome } from '../../telemetry/request-books.js';
import { apiKeyDigest } from '../api-key-digest.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import type { RequestLedger } from '../request-ledger.js';
import type { Exchange } from '../transport/contract.js';
import type { WaitingDemand } from './held-scope.js';
import type { LimitKeeperLink } from './leasing.js';
import { type LimitDecision, LimitHolder } from './limit-holder.js';
import type { LimitSteering } from './limit-steering.js';

export interface LimitDeskOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly keeper: LimitKeeperLink;
  readonly steering: Pick<LimitSteering, 'factorOf'>;
  readonly table: Pick<
    StreamTable<Exchange>,
    | 'capacity'
    | 'isCurrent'
    | 'exchange'
    | 'framesLeft'
    | 'modelIndex'
    | 'plans'
    | 'startUs'
    | 'waitedUs'
    | 'workerIndex'
  >;
  readonly ledger: Pick<RequestLedger, 'endpointOf'>;
  readonly metrics: Pick<AcceptorMetrics, 'rateLimited'>;
  readonly nowUs: () => number;
  /** The plan may go on. */
  readonly onPlan: (plan: Buffer) => void;
  readonly onRefused: (slot: number, problem: HttpProblem) => void;
  /** Plans have been passed on, or refused, at another time than when they came. */
  readonly onDecided: () => void;
}

/** A plan that is held to limits. */
interface Claim {
  readonly plan: Buffer;
  readonly scope: LimitScope;
  readonly provider: Provider;
  readonly endpoint: Endpoint;
  readonly tokens: TokenDemand;
  /** While the keeper is asked. */
  waiting: WaitingDemand | undefined;
  /** Whether it was taken from the limits. */
  isCounted: boolean;
  admittedUs: number;
}

/** What the model is called that serves names which nobody configured. */
const UNKNOWN_MODEL = 'other';
const NOTHING: LimitAmounts = {};

export class LimitDesk implements Reconfigured {
  readonly #options: LimitDeskOptions;
  readonly #holder: LimitHolder;
  readonly #scaled = new ScaledScopes();
  /** Undefined where limits are off. */
  #rules: LimitRules | undefined;
  #snapshot: ConfigurationSnapshot;
  /** By slot. */
  readonly #claims: (Claim | undefined)[];

  constructor(options: LimitDeskOptions) {
    const { keeper, nowUs, snapshot, table } = options;
    const { state } = snapshot.configuration;
    this.#options = options;
    this.#snapshot = snapshot;
    this.#claims = new Array<undefined>(table.capacity).fill(undefined);
    this.#holder = new LimitHolder({
      keeper,
      nowUs,
      onFailure: state.backend === 'redis' ? state.redis.on_failure : 'closed',
      onDecision: (slot, decision) => this.#onDecision(slot, decision),
    });
    this.reconfigure(snapshot);
  }

  /** What is used stays used; plans that come from now on are held to the limits of this generation, whichever made them. */
  reconfigure(snapshot: ConfigurationSnapshot): void {
    const { rate_limits: settings, simulation } = snapshot.configuration;
    const unknownModel = simulation.unknown_models === 'accept' ? UNKNOWN_MODEL : undefined;
    this.#snapshot = snapshot;
    this.#rules = settings.enabled
      ? new LimitRules(settings, snapshot.modelNames, unknownModel, apiKeyDigest)
      : undefined;
    this.#holder.refills = settings.algorithm === 'token_bucket';
  }

  /** Whether plans are held to limits, and kept for as long as their requests are served. */
  get isActive(): boolean {
    return this.#rules !== undefined;
  }

  take(plan: Buffer): void {
    const { ledger, onPlan, table } = this.#options;
    if (this.#rules === undefined || planKind(plan) === PLAN_RECALL) {
      onPlan(plan);
      return;
    }
    const slot = planSlot(plan);
    if (!table.isCurrent(slot, planGeneration(plan))) return;
    const { endpoint, provider } = endpoints[ledger.endpointOf(slot)];
    const scope = this.#scopeOf(this.#rules, plan, endpoint, provider);
    if (scope === undefined) {
      onPlan(plan);
      return;
    }
    const tokens = demandedTokens(plan, provider.tokenCounting);
    const claim: Claim = {
      plan,
      scope,
      provider,
      endpoint,
      tokens,
      waiting: undefined,
      isCounted: false,
      admittedUs: 0,
    };
    const decision = this.#holder.admit(scope, demandOf(tokens), slot);
    // Its worker is done with it: losing that thread meanwhile would not matter.
    table.workerIndex[slot] = NO_WORKER;
    if (typeof decision === 'object' && 'ended' in decision) {
      claim.waiting = decision;
      this.#claims[slot] = claim;
    } else this.#decide(slot, claim, decision);
  }

  /** The slot's request has ended, or is about to. */
  ended(slot: number, outcome: RequestOutcome): void {
    const claim = this.#claims[slot];
    if (claim === undefined) return;
    this.#claims[slot] = undefined;
    if (claim.waiting !== undefined) claim.waiting.ended = true;
    else this.#holder.release(claim.scope, this.#settlement(slot, claim, outcome), claim.admittedUs);
  }

  close(): void {
    this.#holder.close();
  }

  #onDecision(slot: number, decision: LimitDecision): void {
    const claim = this.#claims[slot];
    if (claim === undefined) return;
    this.#claims[slot] = undefined;
    claim.waiting = undefined;
    this.#decide(slot, claim, decision);
    this.#options.onDecided();
  }

  #decide(slot: number, claim: Claim, decision: LimitDecision): void {
    const { nowUs, onPlan, onRefused, table } = this.#options;
    if (typeof decision === 'object') {
      this.#refuse(slot, claim, decision);
      return;
    }
    if (decision === 'unavailable') {
      table.modelIndex[slot] = planModelIndex(claim.plan);
      onRefused(slot, { kind: 'overloaded' });
      return;
    }
    claim.isCounted = decision === 'admitted';
    claim.admittedUs = nowUs();
    this.#claims[slot] = claim;
    if (claim.isCounted && planStatus(claim.plan) < 400) this.#addHeaders(slot, claim);
    onPlan(claim.plan);
  }

  #addHeaders(slot: number, { plan, provider, scope }: Claim): void {
    const exchange = this.#options.table.exchange[slot] as Exchange;
    const headers = provider.rateLimitHeaders(this.#report(scope, plan));
    exchange.addedHeaders = [...exchange.addedHeaders, ...headers];
  }

  #refuse(slot: number, { endpoint, plan, scope }: Claim, refusal: LimitRefusal): void {
    const { metrics, onRefused, table } = this.#options;
    const report = this.#report(scope, plan);
    const { query } = table.exchange[slot] as Exchange;
    metrics.rateLimited(refusal.dimension);
    table.modelIndex[slot] = planModelIndex(plan);
    onRefused(slot, {
      kind: 'rate_limited',
      retryAfterSecs: Math.ceil((refusal.retryAfterUs ?? 0) / 1e6),
      ...(report.model === undefined ? {} : { model: report.model }),
      details: { refusal, report, endpoint: endpoint.name, query },
    });
  }

  #report(scope: LimitScope, plan: Buffer): LimitReport {
    const { group, tier } = scope;
    const model = this.#snapshot.modelNames[planModelIndex(plan)];
    const report = { standings: this.#holder.standings(scope), group, tier, unixMs: Date.now() };
    return model === undefined ? report : { ...report, model };
  }

  /** Undefined for what no limit counts: other endpoints, and errors that are about no model. */
  #scopeOf(rules: LimitRules, plan: Buffer, endpoint: Endpoint, provider: Provider): LimitScope | undefined {
    if (endpoint.limitPool === undefined) return undefined;
    const model = planModelIndex(plan);
    if (model === NO_MODEL && planStatus(plan) >= 400) return undefined;
    const exchange = this.#options.table.exchange[planSlot(plan)] as Exchange;
    const apiKey = provider.apiKeyOf({
      header: (name) => exchange.header(name),
      query: (name) => new URLSearchParams(exchange.query).get(name) ?? undefined,
    });
    const scope = rules.scopeOf(apiKey, model, endpoint.limitPool);
    return scope && this.#scaled.of(scope, this.#factorOf(plan, endpoint, provider));
  }

  #factorOf(plan: Buffer, { name: endpoint }: Endpoint, { name: provider }: Provider): number {
    const { steering, table } = this.#options;
    const model = this.#snapshot.modelNames[planModelIndex(plan)] ?? '';
    const slot = planSlot(plan);
    const arrivedUs = table.startUs[slot] - table.waitedUs[slot];
    return steering.factorOf({ arrivedUs, model, provider, endpoint });
  }

  #settlement(slot: number, { isCounted, plan, provider, tokens }: Claim, outcome: RequestOutcome): LimitAmounts {
    const { rate_limits: settings } = this.#snapshot.configuration;
    const counting = provider.tokenCounting;
    if (!isCounted || !correctsEstimate(counting, settings)) return NOTHING;
    const written = outcome === 'finished' ? planCompletionTokens(plan) : this.#written(slot, plan);
    return settlementOf(tokens, usedTokens(plan, counting, written));
  }

  /** How many tokens of an answer that was cut short went out: of a stream as many as its frames hold on average, of a reply none. */
  #written(slot: number, plan: Buffer): number {
    const { table } = this.#options;
    if (planKind(plan) !== PLAN_STREAM || table.plans.bytes[slot] === undefined) return 0;
    const overture = planOvertureFrames(plan);
    const frames = Math.max(1, planFrameCount(plan) - overture);
    const sent = Math.max(0, frames - table.framesLeft[slot]);
    return Math.round((sent / frames) * planCompletionTokens(plan));
  }
}
