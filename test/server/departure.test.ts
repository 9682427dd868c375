/** A departure serves to its end also what comes after it has seen nothing left to do, and closes idle connections only then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicClock } from '../../src/kernel/clock.js';
import { Departure } from '../../src/server/departure.js';

/** Above all that a departure takes without requests, half a second together. */
const REQUEST_MS = 1_000;
const TIMEOUT_MS = 60_000;

/** A transport with one kept connection, on which a request comes in the moment when the departure has seen that no request is open. */
class LateRequest {
  readonly events: string[] = [];
  busy = 0;
  requests = 0;
  /** Of the request: the departure's own cut, or after its time. */
  end = () => {};

  get connections(): number {
    if (this.requests === 0) this.begin();
    return 1;
  }

  announceClose(): void {}

  async stopAccepting(): Promise<void> {}

  async closeIdle(): Promise<void> {
    this.events.push('idle connections closed');
  }

  private begin(): void {
    this.requests++;
    this.busy++;
    const timer = setTimeout(() => this.end(), REQUEST_MS);
    this.end = () => {
      clearTimeout(timer);
      if (this.busy === 0) return;
      this.busy--;
      this.events.push('request over');
    };
  }
}

function departureOf(transport: LateRequest): Departure {
  const cut = () => transport.end();
  return new Departure({ transport, clock: monotonicClock, activeRequests: () => transport.busy, cut });
}

test('a request that comes while idle connections are about to be closed is served to its end', async () => {
  const transport = new LateRequest();
  assert.equal(await departureOf(transport).drain(TIMEOUT_MS, true), 0);
  assert.deepEqual(transport.events, ['request over', 'idle connections closed']);
});

test('at the deadline such a request is cut, and counted', async () => {
  const transport = new LateRequest();
  assert.equal(await departureOf(transport).drain(0, true), 1);
  assert.deepEqual(transport.events, ['idle connections closed', 'request over']);
});
