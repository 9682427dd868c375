/**
 * Upper bounds of the histograms' buckets, in seconds: fine where a simulated model's or a load test's limits lie. Those of the `gen_ai` metrics
 * are the ones that OpenTelemetry's semantic conventions ask for (GenAI metrics, "ExplicitBucketBoundaries").
 */
export const DURATION_BUCKETS_SECS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300];
export const TTFT_BUCKETS_SECS = [
  0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 10, 30,
];
export const ITL_BUCKETS_SECS = [
  0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.5, 1, 2.5,
];
export const SLIP_BUCKETS_SECS = [
  0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5,
];
export const QUEUE_WAIT_BUCKETS_SECS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];
export const LOOP_LAG_BUCKETS_SECS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];
export const GC_BUCKETS_SECS = [0.001, 0.01, 0.1, 1, 2, 5];

export const GEN_AI_DURATION_BUCKETS_SECS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
export const GEN_AI_TTFT_BUCKETS_SECS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
export const GEN_AI_TPOT_BUCKETS_SECS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5];
