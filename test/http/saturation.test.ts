/**
 * A server that is late says so wherever one looks, and says when it is over. Most tests move the server's clock by hand, with a limit of
 * half a minute: no machine is slow enough to be saturated by itself, and nobody waits for ten seconds.
 */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { monotonicClock } from '../../src/kernel/clock.js';
import { eventually } from '../process/program.js';
import { chatRequest, type Json } from './chat-client.js';
import { parseExposition } from './prometheus.js';
import { type RunningServer, startServer } from './server-harness.js';

const HEADER = 'x-llm-sim-saturated';
const LIMIT_MS = 30_000;
/** More than the limit. */
const LATE_US = 40e6;
/** Longer than the window, and less than what ends a verdict. */
const LATER_US = 11e6;
const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });

interface Health {
  readonly status: string;
  readonly backpressure: { readonly now: boolean };
  readonly saturated: Saturated;
}

interface Saturated {
  readonly now: boolean;
  readonly reasons: readonly string[];
  readonly since: string | null;
  readonly slip_p99_ms: number;
  readonly slip_limit_ms: number;
  readonly slip_count: number;
  readonly event_loop_lag_p99_ms: number;
}

/** A server whose clock a test can put forward and hold. */
class Subject {
  offsetUs = 0;
  #heldUs: number | undefined;
  readonly #aborts = new AbortController();
  #running: RunningServer | undefined;

  async start(config: Json, worker?: string): Promise<this> {
    this.#running = await startServer({
      config,
      clock: { nowUs: () => this.#heldUs ?? monotonicClock.nowUs() + this.offsetUs },
      workerFilename: worker,
    });
    return this;
  }

  /** Lets no further time pass, so that what has been found stays true however long looking takes. */
  hold(): void {
    // At a whole tick: what is due at once is due now rather than at the next one.
    this.#heldUs = Math.ceil((monotonicClock.nowUs() + this.offsetUs) / 1_000) * 1_000;
  }

  /** Lets time pass again, from later on. */
  proceed(leapUs: number): void {
    this.offsetUs += leapUs;
    this.#heldUs = undefined;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#running as RunningServer).port}`;
  }

  ask(fields: Json = {}): Promise<Response> {
    const body = JSON.stringify(chatRequest({ max_tokens: 200, ...fields }));
    return fetch(`${this.url}/v1/chat/completions`, { method: 'POST', body, signal: this.#aborts.signal });
  }

  /** Requests that nobody waits for. */
  begin(count: number, fields: Json): void {
    for (let request = 0; request < count; request++) this.ask(fields).then(readAll, () => {});
  }

  /** Streams whose headers have come, and that are read. */
  async openStreams(count: number, fields: Json = {}): Promise<void> {
    const streams = await Promise.all(Array.from({ length: count }, () => this.ask({ stream: true, ...fields })));
    for (const stream of streams) void readAll(stream);
  }

  /** Ends whatever was asked for and is still under way. */
  hangUp(): void {
    this.#aborts.abort();
  }

  /** Whoever is saturated serves: that is no reason to say anything else than without it. */
  async saturated(): Promise<Saturated> {
    const health = (await (await fetch(`${this.url}/health`)).json()) as Health;
    assert.equal(health.status, health.backpressure.now ? 'degraded' : 'healthy');
    return health.saturated;
  }

  until(condition: (saturated: Saturated) => boolean, what: string): Promise<Saturated> {
    let last: Saturated | undefined;
    return eventually(
      async () => {
        last = await this.saturated();
        return condition(last) ? last : undefined;
      },
      () => `${what}: ${JSON.stringify(last)}`,
    );
  }

  untilReason(reason: string): Promise<Saturated> {
    return this.until(({ reasons }) => reasons.includes(reason), `saturated by ${reason}`);
  }

  untilOver(): Promise<Saturated> {
    return this.until(({ now }) => !now, 'no longer saturated');
  }

  async stop(): Promise<void> {
    this.hangUp();
    await this.#running?.server.stop();
  }
}

/** An answer that nobody reads is cancelled when it is collected as garbage. */
const readAll = (response: Response) => response.text().catch(() => {});

const config = (more: Json = {}, itlMs = 1_000, ttftMs = 1_000): Json => ({
  simulation: { slip_limit_ms: LIMIT_MS },
  providers: {
    'gpt-4o': { latency: { ttft: constant(ttftMs), itl: constant(itlMs) } },
    'gpt-4': { latency: { ttft: constant(0), itl: constant(0) } },
  },
  ...more,
});

describe('a server', () => {
  let subject = new Subject();
  const start = async (...args: Parameters<Subject['start']>): Promise<Subject> => {
    subject = await new Subject().start(...args);
    return subject;
  };
  afterEach(() => subject.stop());

  /** One answer of every kind: stream, reply, error, unknown path, list, operations endpoint. */
  async function answers(): Promise<Response[]> {
    const all = [
      await subject.ask({ model: 'gpt-4', stream: true, max_tokens: 2 }),
      await subject.ask({ model: 'gpt-4', max_tokens: 2 }),
      await subject.ask({ model: 'gpt-4', n: -1 }),
      await fetch(`${subject.url}/v1/nowhere`),
      await fetch(`${subject.url}/v1/models`),
      await fetch(`${subject.url}/ready`),
      await fetch(`${subject.url}/admin/stats`),
    ];
    for (const answer of all) await answer.arrayBuffer();
    return all;
  }

  test('whose chunks come too late is saturated by slip, says so everywhere, and stops saying so when it is over', async () => {
    await start(config());
    await subject.openStreams(3);
    for (const answer of await answers()) assert.equal(answer.headers.get(HEADER), null, answer.url);
    subject.offsetUs += LATE_US;
    const health = await subject.untilReason('slip');
    subject.hold();
    assert.ok(health.slip_p99_ms > LIMIT_MS && health.slip_count >= 20);
    assert.equal(health.slip_limit_ms, LIMIT_MS);
    assert.ok(Math.abs(Date.parse(String(health.since)) - Date.now()) < 600_000);

    for (const answer of await answers()) assert.match(answer.headers.get(HEADER) ?? '', /(^|, )slip(,|$)/, answer.url);
    const stats = (await (await fetch(`${subject.url}/admin/stats`)).json()) as Record<string, Json>;
    assert.ok((stats.saturated.reasons as string[]).includes('slip'));
    assert.ok(Number(stats.slip.p99_ms) > LIMIT_MS && Number(stats.slip.max_ms) >= Number(stats.slip.p99_ms) * 0.96);
    const metrics = parseExposition(await (await fetch(`${subject.url}/metrics`)).text());
    assert.equal(metrics.sum('llm_simulator_saturated'), 1);
    assert.equal(metrics.sum('llm_simulator_saturation_reason', { reason: 'slip' }), 1);
    assert.equal(metrics.sum('llm_simulator_saturation_reason', { reason: 'stalled' }), 0);
    assert.ok(metrics.sum('llm_simulator_slip_p99_seconds') > LIMIT_MS / 1_000);

    subject.hangUp();
    subject.proceed(LATER_US);
    assert.deepEqual((await subject.untilOver()).reasons, []);
    assert.equal((await fetch(`${subject.url}/v1/models`)).headers.get(HEADER), null);
    assert.equal((await subject.saturated()).since, null);
    const after = parseExposition(await (await fetch(`${subject.url}/metrics`)).text());
    assert.equal(after.sum('llm_simulator_saturated'), 0);
  });

  test('whose first tokens and whole replies come too late is saturated by late starts', async () => {
    // Far enough away that no first token is due before the clock is put forward.
    const ttftMs = 100_000;
    await start(config({}, 1_000, ttftMs));
    await subject.openStreams(15);
    subject.begin(15, { max_tokens: 5 });
    await eventually(
      async () => {
        const stats = (await (await fetch(`${subject.url}/admin/stats`)).json()) as { requests: Json };
        return stats.requests.active === 30 && stats.requests.queued === 0 ? true : undefined;
      },
      () => 'thirty requests are under way',
    );
    subject.offsetUs += ttftMs * 1_000 + LATE_US;
    // The server sleeps until its next deadline by a timer that knows nothing of the clock's leap: a request wakes it.
    await (await subject.ask({ model: 'gpt-4', max_tokens: 1 })).text();
    await subject.untilReason('late_starts');
  });

  test('that turns requests away because of its own limit is saturated by refusing, for ten seconds', async () => {
    await start(
      config({ simulation: { slip_limit_ms: LIMIT_MS, concurrency: { max_concurrent_requests: 1, queue_size: 0 } } }),
    );
    await subject.openStreams(1);
    assert.equal((await subject.ask()).status, 503);
    assert.deepEqual((await subject.untilReason('refusing')).reasons, ['refusing']);
    subject.offsetUs += LATER_US;
    await subject.untilOver();
  });

  test('whose worker answers nothing is saturated by its backlog', async () => {
    const worker = fileURLToPath(new URL('fixtures/crashing-render.ts', import.meta.url));
    await start(config({ simulation: {}, server: { inline_plan_bytes: 0 } }), worker);
    subject.begin(1, { user: 'please hang' });
    await subject.untilReason('worker_backlog');
  });

  test('whose event loop is blocked is saturated by that and by the slip of its streams', async () => {
    await start(config({ simulation: {} }, 5));
    await subject.openStreams(30);
    await sleep(1_100);
    const endMs = performance.now() + 600;
    while (performance.now() < endMs);
    await subject.until(
      ({ reasons }) => reasons.includes('event_loop') && reasons.includes('slip'),
      'saturated by event_loop and slip',
    );
  });

  test('that keeps its plans is not saturated', async () => {
    await start(config({}, 5));
    await subject.openStreams(5);
    const quiet = await subject.until(({ slip_count }) => slip_count >= 100, 'a hundred chunks');
    assert.deepEqual(quiet.reasons, []);
    const metrics = parseExposition(await (await fetch(`${subject.url}/metrics`)).text());
    assert.equal(metrics.sum('llm_simulator_saturated'), 0);
    assert.ok(metrics.sum('llm_simulator_event_loop_lag_seconds_count') > 0);
  });

  test('is not late with answers for which no delay is planned', async () => {
    await start(config({ simulation: { slip_limit_ms: LIMIT_MS, time_scale: 0 } }));
    await subject.openStreams(30);
    subject.offsetUs += LATE_US;
    await subject.openStreams(30);
    subject.offsetUs += 2 * LATE_US;
    // The probe of the event loop takes the leap for a block: then a report has been judged that came after it.
    const { reasons, slip_count } = await subject.until(
      ({ event_loop_lag_p99_ms }) => event_loop_lag_p99_ms > LATE_US / 1_000,
      'the leap has been reported',
    );
    assert.deepEqual([reasons, slip_count], [[], 0]);
  });
});
