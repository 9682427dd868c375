/**
 * What a HorizontalPodAutoscaler (autoscaling/v2) does with the replicas that its metrics ask for: stabilisation windows, then policies on how
 * fast it may go, then the bounds. One step is one run of the controller. Source: pkg/controller/podautoscaler/horizontal.go of Kubernetes
 * (stabilizeRecommendationWithBehaviors, convertDesiredReplicasWithBehaviorRate), and the documentation's section on scaling behaviour.
 */
import type { MetricTarget } from './replicas-wanted.js';

export interface ScalingPolicy {
  readonly type: 'Pods' | 'Percent';
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly policies: readonly ScalingPolicy[];
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
}

export interface AutoscalerSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** By name: cpu, memory, or the metric's. */
  readonly metrics: { readonly [name: string]: MetricTarget };
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/** A recommendation, or how many were added or removed. */
interface Remembered {
  readonly atSecs: number;
  readonly replicas: number;
}

/** --horizontal-pod-autoscaler-sync-period of the controller manager, s. */
export const SYNC_PERIOD_SECS = 15;
/** More than the longest window that Kubernetes allows. */
const REMEMBERED_SECS = 3_700;

export class Autoscaler {
  readonly #spec: AutoscalerSpec;
  #recommendations: Remembered[];
  #added: Remembered[] = [];
  #removed: Remembered[] = [];

  /** @param replicas what is asked for when the controller first sees the target, which counts as its first recommendation */
  constructor(spec: AutoscalerSpec, replicas: number, nowSecs: number) {
    this.#spec = spec;
    this.#recommendations = [{ atSecs: nowSecs, replicas }];
  }

  /**
   * One run of the controller.
   * @param wanted what each metric asks for; undefined where it could not be read
   * @returns the replicas that are asked for from now on
   */
  step(nowSecs: number, current: number, wanted: readonly (number | undefined)[]): number {
    const { maxReplicas, minReplicas } = this.#spec;
    if (current > maxReplicas) return maxReplicas;
    if (current < minReplicas) return minReplicas;
    const proposal = highest(current, wanted);
    if (proposal === undefined) return current;
    const stable = this.#stabilize(nowSecs, current, proposal);
    const replicas = this.#limit(nowSecs, current, stable);
    if (replicas > current) this.#added = remember(this.#added, nowSecs, replicas - current);
    if (replicas < current) this.#removed = remember(this.#removed, nowSecs, current - replicas);
    return replicas;
  }

  /** The least of what was asked for within one window when it goes up, the most of the other when it goes down. */
  #stabilize(nowSecs: number, current: number, proposal: number): number {
    const { scaleDown, scaleUp } = this.#spec;
    const within = (windowSecs: number) =>
      this.#recommendations.filter(({ atSecs }) => atSecs > nowSecs - windowSecs).map(({ replicas }) => replicas);
    const up = Math.min(proposal, ...within(scaleUp.stabilizationWindowSeconds));
    const down = Math.max(proposal, ...within(scaleDown.stabilizationWindowSeconds));
    this.#recommendations = remember(this.#recommendations, nowSecs, proposal);
    return Math.min(Math.max(current, up), down);
  }

  #limit(nowSecs: number, current: number, wanted: number): number {
    const { maxReplicas, minReplicas, scaleDown, scaleUp } = this.#spec;
    const start = (periodSecs: number) =>
      current - sumSince(this.#added, nowSecs - periodSecs) + sumSince(this.#removed, nowSecs - periodSecs);
    if (wanted > current) return Math.min(wanted, maxReplicas, Math.max(current, upperLimit(current, scaleUp, start)));
    if (wanted < current)
      return Math.max(wanted, minReplicas, Math.min(current, lowerLimit(current, scaleDown, start)));
    return wanted;
  }
}

/** The most that any metric asks for; nothing where that would be fewer pods and a metric is silent. */
function highest(current: number, wanted: readonly (number | undefined)[]): number | undefined {
  const known = wanted.filter((replicas) => replicas !== undefined);
  if (known.length === 0) return undefined;
  const most = Math.max(...known);
  return known.length < wanted.length && most < current ? undefined : most;
}

function remember(entries: readonly Remembered[], atSecs: number, replicas: number): Remembered[] {
  return [...entries.filter((entry) => entry.atSecs > atSecs - REMEMBERED_SECS), { atSecs, replicas }];
}

function sumSince(changes: readonly Remembered[], sinceSecs: number): number {
  return changes.reduce((sum, { atSecs, replicas }) => (atSecs > sinceSecs ? sum + replicas : sum), 0);
}

/** How many there may be, rounded up, so that one more is always allowed. */
function upperLimit(
  current: number,
  { policies, selectPolicy }: ScalingRules,
  start: (secs: number) => number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ periodSeconds, type, value }) =>
    type === 'Pods' ? start(periodSeconds) + value : Math.ceil(start(periodSeconds) * (1 + value / 100)),
  );
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

/** How many there must be, rounded down, so that one fewer is always allowed. */
function lowerLimit(
  current: number,
  { policies, selectPolicy }: ScalingRules,
  start: (secs: number) => number,
): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ periodSeconds, type, value }) =>
    type === 'Pods' ? start(periodSeconds) - value : Math.trunc(start(periodSeconds) * (1 - value / 100)),
  );
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}
