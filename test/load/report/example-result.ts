/** A run's result made of seeded draws, for tests and for looking at: a run with some of everything, and one in which nothing came back. */
import type { RequestRecord } from '../../../src/load/contract.js';
import type { DelayFigures, DelayPlot, Figures, RunResult, SecondFigures } from '../../../src/load/result.js';

const NO_DELAYS: DelayFigures = {
  count: 0,
  mean_ms: 0,
  min_ms: 0,
  max_ms: 0,
  p50_ms: 0,
  p75_ms: 0,
  p90_ms: 0,
  p95_ms: 0,
  p99_ms: 0,
  p99_9_ms: 0,
};

const NO_FIGURES: Figures = {
  requests: 0,
  complete: 0,
  cancelled: 0,
  errors: 0,
  errors_by_outcome: {},
  errors_by_kind: {},
  error_rate: 0,
  request_rate: 0,
  input_tokens: 0,
  output_tokens: 0,
  output_token_rate: 0,
  ttft: NO_DELAYS,
  itl: NO_DELAYS,
  tpot: NO_DELAYS,
  e2e: NO_DELAYS,
  tokens_per_second_per_user: { mean: 0, p50: 0, p05: 0 },
};

const NO_PLOT: DelayPlot = { percentiles: [], bins: [] };

/** A run in which no request ended. */
export const EMPTY_RESULT: RunResult = {
  kind: 'load',
  version: '0.1.0',
  started_at: '2026-01-02T03:04:05.678Z',
  elapsed_secs: 0,
  target: 'http://127.0.0.1:8080',
  seed: 1,
  plan: [],
  total: NO_FIGURES,
  by_mix: {},
  series: [],
  plots: { ttft: NO_PLOT, itl: NO_PLOT, tpot: NO_PLOT, e2e: NO_PLOT },
  lateness: NO_DELAYS,
  not_sent: 0,
  cut: 0,
  validity: { valid: true, reasons: [] },
  assertions: [],
};

/** One minute at about 50 requests a second, with a bad stretch from second 30 on. */
export function exampleResult(change: Partial<RunResult> = {}): RunResult {
  const draws = drawer(7);
  const ttft = lognormals(draws, 3_000, 220, 0.5);
  const itl = lognormals(draws, 20_000, 21, 0.25);
  const tpot = lognormals(draws, 2_950, 21.5, 0.06);
  const e2e = lognormals(draws, 3_000, 2_400, 0.4);
  const late = lognormals(draws, 3_000, 0.08, 0.8);
  const total: Figures = {
    requests: 3_000,
    complete: 2_930,
    cancelled: 30,
    errors: 40,
    errors_by_outcome: { http_error: 25, no_terminal_event: 10, timeout: 5 },
    errors_by_kind: { '429': 20, '503': 5, ECONNRESET: 10, timeout: 5 },
    error_rate: 40 / 2_970,
    request_rate: 49.8,
    input_tokens: 1_530_000,
    output_tokens: 312_000,
    output_token_rate: 5_180,
    ttft: figuresOf(ttft),
    itl: figuresOf(itl),
    tpot: figuresOf(tpot),
    e2e: figuresOf(e2e),
    tokens_per_second_per_user: { mean: 46.2, p50: 46.5, p05: 41 },
    goodput_share: 0.962,
    goodput_rate: 47.9,
  };
  return {
    ...EMPTY_RESULT,
    elapsed_secs: 60.2,
    plan: [
      'Poisson arrivals, 50 per second, for 60 s',
      'chat: 80 %, openai.chat, gpt-4o, streamed',
      'batch: 20 %, anthropic.messages',
    ],
    total,
    by_mix: {
      chat: { ...total, requests: 2_400, errors: 30 },
      batch: { ...total, requests: 600, errors: 10, ttft: NO_DELAYS, itl: NO_DELAYS, tpot: NO_DELAYS },
    },
    series: Array.from({ length: 61 }, (_, second) => exampleSecond(second, draws)),
    plots: { ttft: plotOf(ttft), itl: plotOf(itl), tpot: plotOf(tpot), e2e: plotOf(e2e) },
    lateness: figuresOf(late),
    assertions: [
      {
        assertion: 'ttft_p99<900ms',
        measure: 'ttft_p99',
        actual: figuresOf(ttft).p99_ms,
        passed: true,
        explanation: '706.2 ms is below 900 ms',
      },
      {
        assertion: 'error_rate<0.1%',
        measure: 'error_rate',
        actual: 40 / 2_970,
        passed: false,
        explanation: '1.35 % is not below 0.1 %',
      },
    ],
    ...change,
  };
}

export function exampleSecond(second: number, draws = drawer(second + 1)): SecondFigures {
  const isBad = second >= 30 && second < 40;
  const slow = isBad ? 2.5 : 1;
  return {
    second,
    started: 50,
    in_flight: Math.round(120 * slow + 10 * draws()),
    finished: Math.round(44 + 10 * draws()),
    errors: isBad ? Math.round(6 * draws()) : 0,
    output_tokens: Math.round(5_000 + 500 * draws()),
    ttft_p50_ms: slow * (200 + 30 * draws()),
    ttft_p99_ms: slow * (500 + 200 * draws()),
    itl_p50_ms: 20 + 2 * draws(),
    itl_p99_ms: slow * (35 + 6 * draws()),
    e2e_p50_ms: second < 2 ? null : slow * (2_200 + 300 * draws()),
    e2e_p99_ms: second < 2 ? null : slow * (4_500 + 900 * draws()),
    late_p99_ms: 0.2 + 0.2 * draws(),
  };
}

/** A streamed chat request that was complete after 100 ms. */
export function exampleRecord(change: Partial<RequestRecord> = {}): RequestRecord {
  return {
    key: 'run-1-0-0',
    conversation: 0,
    turn: 0,
    mix: 0,
    dialect: 'openai.chat',
    model: 'gpt-4o',
    stream: true,
    identity: -1,
    intendedUs: 1_000_000,
    sentUs: 1_000_250,
    headersUs: 20_000,
    chunkTimesUs: Uint32Array.of(30_000, 50_000, 80_000),
    endUs: 100_000,
    status: 200,
    outcome: 'complete',
    finishReason: 'stop',
    usage: { inputTokens: 10, cachedInputTokens: 0, outputTokens: 3, reasoningTokens: 0 },
    bytes: 900,
    ...change,
  };
}

/** Numbers in [0, 1) that are the same in every run: a linear congruence is enough for pictures. */
function drawer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function lognormals(draws: () => number, count: number, median: number, sigma: number): Float64Array {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - draws())) * Math.cos(2 * Math.PI * draws());
  return Float64Array.from({ length: count }, () => median * Math.exp(sigma * normal())).sort();
}

function figuresOf(sorted: Float64Array): DelayFigures {
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return {
    count: sorted.length,
    mean_ms: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    min_ms: sorted[0]!,
    max_ms: sorted.at(-1)!,
    p50_ms: at(0.5),
    p75_ms: at(0.75),
    p90_ms: at(0.9),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    p99_9_ms: at(0.999),
  };
}

/** Bins as those of an HDR histogram: as wide as two digits of the value tell. */
function plotOf(sorted: Float64Array): DelayPlot {
  const counts = new Map<number, { to: number; count: number }>();
  for (const value of sorted) {
    const width = 10 ** (Math.floor(Math.log10(value)) - 1);
    const from = Math.floor(value / width) * width;
    const bin = counts.get(from);
    if (bin === undefined) counts.set(from, { to: from + width, count: 1 });
    else bin.count++;
  }
  const percentiles = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9].map((percentile) => ({
    percentile,
    ms: sorted[Math.floor((percentile / 100) * sorted.length)]!,
  }));
  return { percentiles, bins: Array.from(counts, ([from_ms, { to, count }]) => ({ from_ms, to_ms: to, count })) };
}
