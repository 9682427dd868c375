/**
 * What a server would answer, without a server: the same route table, the same head, the same Renderer, and in place of the node's
 * state nothing at all, as on a server that has just started.
 *
 *   request ─▶ RouteTable ─▶ RequestHeads ─▶ Renderer ─▶ plan ─▶ RequestPlan
 *                  └─ no endpoint, body too large ──▶ the provider's refusal
 *
 * Invariant: for a request that reaches a worker, frames and headers are those of the plan that the server paces, byte for byte. Load, which
 * a plan knows nothing of, is not in it: a full server, a reader that stalls, the steps of a batching engine.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { createRenderer } from '../engine/create-renderer.js';
import type { Renderer } from '../engine/renderer.js';
import type { SimulationObserver } from '../engine/simulation-context.js';
import { faultKinds } from '../faults/registry.js';
import type { HttpProblem } from '../providers/contract.js';
import type { Generation } from '../providers/generation.js';
import { endpoints, providerOf } from '../providers/registry.js';
import { gunzipBody } from '../runtime/gzip-body.js';
import { OccurrenceCounter } from '../runtime/occurrence-counter.js';
import { PLAN_RECALL, PLAN_STREAM, type RecallMemo } from '../runtime/plan-layout.js';
import { planKind, planMemo } from '../runtime/plan-reader.js';
import { decodeRequest, type RenderRequest } from '../runtime/render-request.js';
import { steeringText } from '../scenarios/steering-text.js';
import { initialSteering } from './control/scenario-desk.js';
import { operations } from './handlers/operations.js';
import { RequestHeads } from './request-heads.js';
import { describePlan, describeRefusal, type InjectedKind, type RequestPlan } from './request-plan.js';
import { isAdminPath, type Route, RouteTable } from './routes.js';

/** How often a request may ask for state before it is answered: each time it has found nothing, which leads nowhere soon. */
const RECALL_ROUNDS_MAX = 64;
const EMPTY = new Uint8Array(0);

export interface PlannableRequest {
  readonly method: string;
  /** As on the request line, with the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /**
   * For a request without a key: 1 for the first of equal ones, 2 for the next. Unless given, the planner counts those that it has seen, as a
   * server of one process does.
   */
  readonly occurrence?: number;
  /** When it arrives, µs since the server's start; 0 unless given. */
  readonly atUs?: number;
}

/** A path that the server answers from what it knows of itself: nothing of that is planned. */
export class NotPlannable extends Error {}

/** The request as the route table and the heads read it. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly header: (name: string) => string | undefined;
}

export class RequestPlanner {
  readonly #snapshot: ConfigurationSnapshot;
  readonly #modelNames: readonly string[];
  readonly #renderer: Renderer;
  readonly #watch: Watch;
  readonly #heads: RequestHeads;
  readonly #routes = new RouteTable({});
  /** What the configuration has active from the start on. */
  readonly #steering: string | undefined;

  private constructor(snapshot: ConfigurationSnapshot, renderer: Renderer, watch: Watch) {
    this.#snapshot = snapshot;
    this.#modelNames = snapshot.modelNames;
    this.#renderer = renderer;
    this.#watch = watch;
    this.#heads = new RequestHeads(snapshot);
    this.#steering = steeringText(initialSteering(snapshot));
  }

  /** @param snapshot of a simulation that is deterministic: the answers of any other cannot be known beforehand */
  static async create(snapshot: ConfigurationSnapshot): Promise<RequestPlanner> {
    if (!snapshot.configuration.simulation.deterministic)
      throw new RangeError('a simulation that is not deterministic cannot be planned');
    const watch = new Watch();
    const renderer = await createRenderer(snapshot, {
      countOccurrence: (hashHigh, hashLow) => watch.countOccurrence(hashHigh, hashLow),
      // Neither is asked for where everything is a function of the request.
      fillRandom: () => {},
      wallClockSecs: () => 0,
      gunzip: gunzipBody,
      onDefect: (error) => watch.onDefect(error),
      observer: watch,
    });
    return new RequestPlanner(snapshot, renderer, watch);
  }

  /** @throws NotPlannable for an operations endpoint; whatever our own defect throws in place of an answer */
  plan(request: PlannableRequest): RequestPlan {
    const seen = seenOf(request);
    const route = this.#routes.find(seen);
    const bytesMax = this.#snapshot.configuration.server.max_body_bytes;
    if (request.body.length > bytesMax) {
      const name = route.kind === 'endpoint' ? endpoints[route.endpoint].endpoint.name : undefined;
      return describeRefusal(providerOf(seen), { kind: 'body_too_large', bytesMax }, name);
    }
    if (route.kind !== 'endpoint') return refusalOfRoute(route, seen);
    this.#watch.begin(request.occurrence);
    return this.#describe(this.#render(seen, route, request), route.endpoint);
  }

  /** The plan that a server paces: rendered again for as long as it asks for state, of which there is none. */
  #render(
    seen: Seen,
    { endpoint, parameters }: Pick<RenderRequest, 'endpoint' | 'parameters'>,
    { atUs = 0, body }: PlannableRequest,
  ): Uint8Array {
    const bytes = endpoints[endpoint].endpoint.takesBody === false ? EMPTY : body;
    let recalled: RenderRequest['recalled'];
    for (let round = 0; round < RECALL_ROUNDS_MAX; round++) {
      const placed = { slot: 0, generation: 0, endpoint, parameters, recalled, atUs, steering: this.#steering };
      const head = this.#heads.of(seen, placed);
      this.#watch.forget();
      const plan = this.#renderer.render(decodeRequest(Buffer.concat([head, bytes])));
      if (this.#watch.defect !== undefined) throw this.#watch.defect;
      if (planKind(plan) !== PLAN_RECALL) return plan;
      recalled = nothingOf(planMemo(plan) as RecallMemo);
    }
    throw new RangeError(`the request asked for state ${RECALL_ROUNDS_MAX} times`);
  }

  #describe(bytes: Uint8Array, index: number): RequestPlan {
    const { endpoint, provider } = endpoints[index];
    const { generation, fault } = this.#watch;
    const plan = describePlan(bytes, { endpoint: endpoint.name, modelNames: this.#modelNames, generation, fault });
    const timeoutUs = this.#snapshot.configuration.server.request_timeout_secs * 1e6;
    const late = planKind(bytes) !== PLAN_STREAM && (plan.frames[0]?.atUs ?? 0) > timeoutUs;
    return late ? describeRefusal(provider, { kind: 'timeout' }, endpoint.name, timeoutUs) : plan;
  }
}

/** What an empty store finds: no document, and no part of a prompt. */
function nothingOf({ keys, identity, prefix, count }: RecallMemo): RenderRequest['recalled'] {
  const recalled = {
    identity: Uint32Array.from(identity),
    entries: keys.map((key) => ({ key, document: null, ageMs: 0 })),
    count,
  };
  if (prefix === undefined) return recalled;
  return { ...recalled, prefix: 'hits' in prefix ? prefix : { hits: 0, measured: prefix.measured } };
}

function seenOf({ method, path, headers }: PlannableRequest): Seen {
  const queryMark = path.indexOf('?');
  return {
    method,
    path: queryMark < 0 ? path : path.slice(0, queryMark),
    query: queryMark < 0 ? '' : path.slice(queryMark + 1),
    header: (name) => headers.get(name),
  };
}

function refusalOfRoute(route: Exclude<Route, { kind: 'endpoint' }>, seen: Seen): RequestPlan {
  const { method, path } = seen;
  if (Object.hasOwn(operations, path) || isAdminPath(path))
    throw new NotPlannable(`${path} tells how the server fares; nothing of it is planned`);
  const problem: HttpProblem =
    route.kind === 'wrong_method'
      ? { kind: 'method_not_allowed', method, path, allowed: route.allowed }
      : { kind: 'unknown_route', method, path };
  return describeRefusal(providerOf(seen), problem, undefined);
}

/** What the renderer asks and tells while it renders one request. */
class Watch implements SimulationObserver {
  generation: Generation | undefined;
  fault: InjectedKind | undefined;
  defect: unknown;
  readonly #counter = new OccurrenceCounter(OccurrenceCounter.allocate());
  #occurrence: number | undefined;

  begin(occurrence: number | undefined): void {
    this.#occurrence = occurrence;
  }

  /** Before every round. */
  forget(): void {
    this.generation = undefined;
    this.fault = undefined;
    this.defect = undefined;
  }

  countOccurrence(hashHigh: number, hashLow: number): number {
    return this.#occurrence === undefined ? this.#counter.next(hashHigh, hashLow) : this.#occurrence - 1;
  }

  onGeneration(generation: Generation): void {
    this.generation = generation;
  }

  onFault(kind: string, rule: string | undefined): void {
    const summary = faultKinds.find(({ name }) => name === kind)?.summary ?? '';
    this.fault = { kind, rule, summary };
  }

  onDefect(error: unknown): void {
    this.defect = error;
  }
}
