/** The autoscaler as a manifest describes it, with the defaults of Kubernetes for what it leaves out. */
import type { HorizontalPodAutoscaler } from '../kubernetes/objects.js';
import type { AutoscalerSpec, ScalingPolicy, ScalingRules } from './autoscaler.js';
import type { MetricTarget } from './replicas-wanted.js';

interface Behavior {
  readonly scaleUp?: Partial<ScalingRules>;
  readonly scaleDown?: Partial<ScalingRules>;
}

interface MetricSpec {
  readonly type: string;
  readonly resource?: { readonly name: string; readonly target: { readonly averageUtilization?: number } };
  readonly pods?: { readonly metric: { readonly name: string }; readonly target: { readonly averageValue?: string } };
}

const UP_POLICIES: readonly ScalingPolicy[] = [
  { type: 'Percent', value: 100, periodSeconds: 15 },
  { type: 'Pods', value: 4, periodSeconds: 15 },
];
const DOWN_POLICIES: readonly ScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];
const DOWN_WINDOW_SECS = 300;

/** @throws Error for a metric of a kind that is not simulated */
export function autoscalerSpec({ spec }: HorizontalPodAutoscaler): AutoscalerSpec {
  const { behavior = {}, maxReplicas, metrics = [], minReplicas = 1 } = spec as typeof spec & { behavior?: Behavior };
  return {
    minReplicas,
    maxReplicas,
    metrics: Object.fromEntries((metrics as readonly MetricSpec[]).map(targetOf)),
    scaleUp: rules(behavior.scaleUp ?? {}, 0, UP_POLICIES),
    scaleDown: rules(behavior.scaleDown ?? {}, DOWN_WINDOW_SECS, DOWN_POLICIES),
  };
}

function rules(given: Partial<ScalingRules>, windowSecs: number, policies: readonly ScalingPolicy[]): ScalingRules {
  return {
    stabilizationWindowSeconds: given.stabilizationWindowSeconds ?? windowSecs,
    policies: given.policies ?? policies,
    selectPolicy: given.selectPolicy ?? 'Max',
  };
}

function targetOf({ pods, resource, type }: MetricSpec): [string, MetricTarget] {
  const utilization = resource?.target.averageUtilization;
  if (type === 'Resource' && resource !== undefined && utilization !== undefined)
    return [resource.name, { kind: 'utilization', target: utilization }];
  const value = Number(pods?.target.averageValue);
  if (type === 'Pods' && pods !== undefined && value > 0) return [pods.metric.name, { kind: 'value', target: value }];
  throw new Error(`a metric of type ${type} with such a target is not simulated`);
}
