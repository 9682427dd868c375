/** The runs that the sizing page shows: each load under the autoscaler of k8s/base, and under what one might change about it. */
import { baseObjects } from '../kubernetes/base-objects.js';
import { ofKind } from '../kubernetes/objects.js';
import { simulatorPod } from '../kubernetes/simulator-pod.js';
import type { AutoscalerSpec } from './autoscaler.js';
import { type LoadShape, loadShapes } from './load-shapes.js';
import { autoscalerSpec } from './manifest.js';
import type { MeasuredPod } from './pod-figures.js';
import type { PodTimes, Streams } from './simulated-pod.js';
import { type SimulationResult, STREAMS_METRIC, simulate } from './simulation.js';

/** 500 tokens at 20 ms, as the catalogue's gpt-4-turbo sends them. */
export const STREAMS: Streams = { seconds: 10, tokensPerSecond: 50 };
/** Scheduling and starting a container whose image is there. */
export const PLACED_SECS = 2;
/** The image is pulled first: 100 MB or so within a data centre. */
const PULLED_SECS = 10;
/** A machine is added first, by a cluster autoscaler. */
const NEW_NODE_SECS = 90;
/** The startup probe asks every second and the readiness probe every two, and endpoints take about one to be everywhere. */
const NOTICED_SECS = 3;

/** The probe asks once a second. */
export function startSecs(readyMs: number): number {
  return Math.ceil(readyMs / 1_000);
}

export interface Variant {
  readonly name: string;
  readonly autoscaler: AutoscalerSpec;
  readonly placedSecs: number;
  /** In place of what the pod of k8s/base requests. */
  readonly requestedBytes?: number;
}

export interface Run {
  readonly load: LoadShape;
  readonly variant: Variant;
  readonly result: SimulationResult;
}

export interface Base {
  readonly pod: ReturnType<typeof simulatorPod>;
  readonly autoscaler: AutoscalerSpec;
  readonly streamsPerPod: number;
}

/** @throws Error when k8s/base has no autoscaler that goes by streams */
export function readBase(): Base {
  const objects = baseObjects();
  const manifest = ofKind(objects, 'HorizontalPodAutoscaler')[0];
  if (manifest === undefined) throw new Error('k8s/base has no HorizontalPodAutoscaler');
  const autoscaler = autoscalerSpec(manifest);
  const streamsPerPod = autoscaler.metrics[STREAMS_METRIC]?.target;
  if (streamsPerPod === undefined) throw new Error(`the autoscaler of k8s/base does not go by ${STREAMS_METRIC}`);
  return { pod: simulatorPod(objects), autoscaler, streamsPerPod };
}

export function variantsOf(base: AutoscalerSpec): readonly Variant[] {
  const { [STREAMS_METRIC]: _streams, ...resources } = base.metrics;
  return [
    { name: 'as in `k8s/base`', autoscaler: base, placedSecs: PLACED_SECS },
    {
      name: 'scale-up window of 0 s',
      autoscaler: { ...base, scaleUp: { ...base.scaleUp, stabilizationWindowSeconds: 0 } },
      placedSecs: PLACED_SECS,
    },
    { name: '1 GiB of memory requested', autoscaler: base, placedSecs: PLACED_SECS, requestedBytes: 2 ** 30 },
    { name: 'CPU and memory alone', autoscaler: { ...base, metrics: resources }, placedSecs: PLACED_SECS },
    { name: 'image pulled first, 10 s', autoscaler: base, placedSecs: PLACED_SECS + PULLED_SECS },
    { name: 'nodes added first, 90 s', autoscaler: base, placedSecs: NEW_NODE_SECS + PULLED_SECS },
    { name: '`minReplicas: 12`', autoscaler: { ...base, minReplicas: 12 }, placedSecs: PLACED_SECS },
  ];
}

export function allRuns(base: AutoscalerSpec, measured: MeasuredPod): Run[] {
  return loadShapes.flatMap((load) =>
    variantsOf(base).map((variant) => {
      const times: PodTimes = {
        placedSecs: variant.placedSecs,
        startSecs: startSecs(measured.readyMs),
        noticedSecs: NOTICED_SECS,
        drainSecs: measured.drainSecs,
      };
      const { requestedBytes = measured.figures.requestedBytes } = variant;
      const figures = { ...measured.figures, requestedBytes };
      const result = simulate({ autoscaler: variant.autoscaler, figures, times, streams: STREAMS, load });
      return { load, variant, result };
    }),
  );
}
