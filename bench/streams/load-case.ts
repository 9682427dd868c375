/**
 * What is measured: some streams with a constant gap between tokens, either at a rate that a core can carry (`paced`, run until every
 * reply is complete) or at several times that (`saturated`, cut off after the window). `cut` is as `paced`, but ends with
 * the window, for rates that may be too high.
 *
 *   open ◀──ramp──▶ │ every stream has begun │ ◀─settle─▶ │ ◀──window──▶ │ paced: the rest of the replies
 */
export interface LoadCase {
  readonly kind: 'paced' | 'saturated' | 'cut';
  readonly streams: number;
  readonly intervalMs: number;
  readonly ttftMs: number;
  readonly tokens: number;
  readonly rampMs: number;
  readonly settleMs: number;
  readonly windowMs: number;
}

/** 5 tokens/s: 10,000 streams are 50,000 chunks/s. */
const PACED_INTERVAL_MS = 200;
const PACED_TTFT_MS = 500;
/**
 * More than one core sends over loopback even when it is so late that several frames of a stream go out in a row, which costs the
 * kernel a third of what single ones cost.
 */
const SATURATED_CHUNKS_PER_SECOND = 500_000;
/** The first token waits until every reply is rendered, so that rendering does not fall into the window. */
const SATURATED_TTFT_MS = 3_000;
/** As with saturation, for less to render. */
const RATE_TTFT_MS = 800;
/**
 * Slow enough that opening them stalls no server: with a constant gap, streams that begin in one clump are due in one clump for ever, and their
 * lateness would be the opening's.
 */
const RATE_CONNECTIONS_PER_SECOND = 1_500;
/** More, for a server that is slow to take connections. */
const RATE_MARGIN_MS = 2_000;
const CONNECTIONS_PER_SECOND = 3_000;
const RAMP_MS_MIN = 300;
/** Between the window's end and the end of the first replies. */
const MARGIN_MS = 1_000;

export function pacedCase(streams: number, windowMs: number, settleMs: number): LoadCase {
  const rampMs = rampOf(streams);
  const intervalMs = PACED_INTERVAL_MS;
  const tokens = Math.ceil((rampMs + settleMs + windowMs + MARGIN_MS) / intervalMs);
  return { kind: 'paced', streams, intervalMs, ttftMs: PACED_TTFT_MS, tokens, rampMs, settleMs, windowMs };
}

/** The gap is in whole hundredths of a millisecond, so that the server and the client agree on it. */
export function rateCase(streams: number, chunksPerSecond: number, windowMs: number, settleMs: number): LoadCase {
  const rampMs = Math.max(RAMP_MS_MIN, (streams / RATE_CONNECTIONS_PER_SECOND) * 1_000);
  const intervalMs = Math.max(0.01, Math.round((streams / chunksPerSecond) * 1e5) / 100);
  const tokens = Math.ceil((rampMs + settleMs + windowMs + RATE_MARGIN_MS) / intervalMs);
  return { kind: 'cut', streams, intervalMs, ttftMs: RATE_TTFT_MS, tokens, rampMs, settleMs, windowMs };
}

/**
 * Short replies, after which a server's heap and code have grown to what they are in service, and it is idle again; all of them are open
 * at some moment. Of the same latencies as `pacedCase`, so that both run on one server.
 */
export function warmUpCase(streams: number): LoadCase {
  const rampMs = Math.max(RAMP_MS_MIN, (streams / RATE_CONNECTIONS_PER_SECOND) * 1_000);
  const tokens = Math.ceil((rampMs + MARGIN_MS) / PACED_INTERVAL_MS);
  const timing = { intervalMs: PACED_INTERVAL_MS, ttftMs: PACED_TTFT_MS, rampMs, settleMs: 0, windowMs: 0 };
  return { kind: 'paced', streams, tokens, ...timing };
}

export function saturatedCase(streams: number, windowMs: number, settleMs: number): LoadCase {
  const rampMs = rampOf(streams);
  const intervalMs = (streams / SATURATED_CHUNKS_PER_SECOND) * 1_000;
  const tokens = Math.ceil((rampMs + settleMs + windowMs + MARGIN_MS) / intervalMs);
  return { kind: 'saturated', streams, intervalMs, ttftMs: SATURATED_TTFT_MS, tokens, rampMs, settleMs, windowMs };
}

/** A server that answers at once: what its answers look like, not how fast they come. */
export const probeCase: LoadCase = { ...pacedCase(1, 0, 0), intervalMs: 0, ttftMs: 0 };

/** Tokens per second that the case asks for. */
export function demandPerSecond({ streams, intervalMs }: LoadCase): number {
  return (streams / intervalMs) * 1_000;
}

function rampOf(streams: number): number {
  return Math.max(RAMP_MS_MIN, (streams / CONNECTIONS_PER_SECOND) * 1_000);
}
