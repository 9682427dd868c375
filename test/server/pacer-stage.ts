/** A pacer at the hands of a test: the clock, the grants of steps and the client are the test's. */
import { PlanBuilder } from '../../src/runtime/response-plan.js';
import { StreamTable } from '../../src/runtime/stream-table.js';
import { TimingWheel } from '../../src/runtime/timing-wheel.js';
import { AddedHeaders } from '../../src/server/middleware/added-headers.js';
import { RequestLedger } from '../../src/server/request-ledger.js';
import { SessionOutbox } from '../../src/server/sessions/session-outbox.js';
import { AWAITING_PLAN, Pacer } from '../../src/server/streaming/pacer.js';
import { StreamMeter } from '../../src/server/streaming/stream-meter.js';
import type { Exchange, Transport } from '../../src/server/transport/contract.js';
import { createLogSink } from '../../src/telemetry/logging.js';
import { AcceptorMetrics } from '../../src/telemetry/metrics.js';

export const START_US = 5_000_000;
export const TIMEOUT_US = 2_000_000;
const { logger } = await createLogSink({ level: 'silent', format: 'json' });

/** When status and headers of a stream went out. */
export interface Opened {
  readonly atUs: number;
  readonly status: number;
  readonly announcedBytes: number | undefined;
}

/** What a client saw, and when. */
export interface Seen {
  readonly atUs: number;
  readonly what: string;
}

export function createStage() {
  const clock = { us: START_US, nowUs: () => clock.us };
  const table = new StreamTable<Exchange>(2);
  const wheel = new TimingWheel(table.capacity, START_US);
  const gauges = {
    activeRequests: () => 0,
    activeStreams: () => 0,
    waitingRequests: () => 0,
    renderingRequests: () => 0,
    backpressure: () => false,
    connections: () => 0,
    generation: () => 1,
  };
  const metrics = new AcceptorMetrics(['model'], gauges);
  const ledger = new RequestLedger({
    table,
    wheel,
    clock,
    metrics,
    logger,
    modelNames: ['model'],
    journal: undefined,
    sessions: new SessionOutbox(2, () => {}),
    tracer: { isActive: false, opened: () => {}, isTraced: () => false, traceIdOf: () => undefined, closed: () => {} },
    onClose: () => {},
  });
  const scratch = Buffer.alloc(4_096);
  const seen: Seen[] = [];
  const opened: Opened[] = [];
  /** Whether the socket is full once the frame of that number is in it. */
  let isFullAfter = (_frame: number): boolean => false;
  const exchange = {
    slot: -1,
    header: () => undefined,
    recycleBody: () => {},
    startStream: (status: number, _headers: readonly string[], announcedBytes?: number) => {
      opened.push({ atUs: clock.us, status, announcedBytes });
    },
    write: (start: number, end: number) => {
      seen.push({ atUs: clock.us, what: scratch.toString('utf8', start, end) });
      return !isFullAfter(seen.length - 1);
    },
    endStream: () => seen.push({ atUs: clock.us, what: 'end' }),
    respond: (status: number) => seen.push({ atUs: clock.us, what: String(status) }),
    abort: (manner = 'reset') => seen.push({ atUs: clock.us, what: `abort ${manner}` }),
  } as unknown as Exchange;
  const meter = new StreamMeter({ table, ledger, metrics, nowUs: START_US });
  const pacer = new Pacer({
    table,
    wheel,
    clock,
    transport: { scratch } as unknown as Transport,
    ledger,
    meter,
    generations: { of: () => ({ stallLimitUs: 1e12, requestTimeoutUs: TIMEOUT_US }) },
    addedHeaders: new AddedHeaders({ enabled: false, allowed_origins: [], max_age_secs: 0 }),
  });
  pacer.openGate();
  const accept = (build: (plan: PlanBuilder) => void): number => {
    const slot = ledger.open(exchange, 0, []);
    table.state[slot] = AWAITING_PLAN;
    wheel.schedule(slot, START_US + TIMEOUT_US);
    const builder = new PlanBuilder();
    builder.begin(slot, table.generation[slot]);
    build(builder);
    pacer.accept(Buffer.from(builder.finish()));
    return slot;
  };
  /** To the millisecond, with everything done that is due by then. */
  const to = (us: number): void => {
    clock.us = us;
    while (!pacer.tick());
    while (wheel.nextDeadlineUs() <= us) pacer.tick();
  };
  /** Millisecond by millisecond. */
  const through = (us: number): void => {
    while (clock.us < us) to(Math.min(us, clock.us + 1_000));
  };
  return {
    table,
    meter,
    pacer,
    seen,
    opened,
    metrics,
    accept,
    to,
    through,
    fillAfter: (isFull: (frame: number) => boolean) => {
      isFullAfter = isFull;
    },
  };
}
