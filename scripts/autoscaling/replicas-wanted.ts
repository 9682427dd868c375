/**
 * How many replicas one metric asks for, as the HorizontalPodAutoscaler of Kubernetes works it out: replicas = ceil(pods · usage / target), nothing
 * within the tolerance, and cautious about pods whose metric is missing or does not count yet. Source: the algorithm details of the
 * Kubernetes documentation (Horizontal Pod Autoscaling) and pkg/controller/podautoscaler/replica_calculator.go.
 */

/** A pod's value: per cent of its request, or the metric itself. `unready` counts for nothing yet, `missing` has no value. */
export type PodReading = number | 'unready' | 'missing';

export interface MetricTarget {
  /** `utilization` is of requests, in per cent, and of whole per cents; `value` is the metric itself, in thousandths. */
  readonly kind: 'utilization' | 'value';
  readonly target: number;
}

/** --horizontal-pod-autoscaler-tolerance of the controller manager. */
export const TOLERANCE = 0.1;

/**
 * @param current how many replicas are asked for at the moment
 * @returns undefined when no pod has a value that counts: the metric says nothing
 */
export function replicasWanted(
  readings: readonly PodReading[],
  current: number,
  metric: MetricTarget,
  tolerance = TOLERANCE,
): number | undefined {
  const known = readings.filter((reading) => typeof reading === 'number');
  if (known.length === 0) return undefined;
  const ratio = usageRatio(known, metric);
  const unready = ratio > 1 ? readings.filter((reading) => reading === 'unready').length : 0;
  const missing = readings.filter((reading) => reading === 'missing').length;
  if (unready === 0 && missing === 0) return isWithin(ratio, tolerance) ? current : Math.ceil(ratio * known.length);
  const assumed = [...known, ...assumptions(missing, ratio, metric), ...new Array<number>(unready).fill(0)];
  const cautious = usageRatio(assumed, metric);
  const turns = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (turns || isWithin(cautious, tolerance)) return current;
  const replicas = Math.ceil(cautious * assumed.length);
  const contradicts = cautious < 1 ? replicas > current : replicas < current;
  return contradicts ? current : replicas;
}

/** Where fewer replicas are wanted a missing pod is taken to be fully used, where more are wanted to be idle. */
function assumptions(missing: number, ratio: number, { kind, target }: MetricTarget): number[] {
  if (ratio === 1) return [];
  const full = kind === 'utilization' ? Math.max(100, target) : target;
  return new Array<number>(missing).fill(ratio < 1 ? full : 0);
}

function usageRatio(values: readonly number[], { kind, target }: MetricTarget): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // The controller works with whole per cents, and with thousandths of a metric.
  const usage = kind === 'utilization' ? Math.floor(mean) : Math.floor(mean * 1_000) / 1_000;
  return usage / target;
}

function isWithin(ratio: number, tolerance: number): boolean {
  return ratio >= 1 - tolerance && ratio <= 1 + tolerance;
}
