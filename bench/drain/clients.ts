/**
 * The clients that keep coming while a node leaves: ones that open a connection for every request, ones that keep theirs and send the next
 * request within milliseconds, and probes of readiness.
 */
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attempt, attempt } from './attempt.js';
import { type Expected, QUICK_MODEL, requestOf, type SentRequest } from './configuration.js';

/** Requests that differ; the clients repeat them. */
const DISTINCT = 20;
const TOKENS = 4;
/** Newcomers start in bursts, so many a second. */
const BURSTS_PER_SEC = 100;
/** What a client with a kept connection pauses between two requests, at most. */
const KEPT_PAUSE_MS_MAX = 8;
const PROBE_PAUSE_MS = 25;
/** Connections that were refused one after another: from then on nobody listens any more. */
const REFUSALS_MAX = 3;

interface Asked {
  readonly sent: SentRequest;
  readonly expected: Buffer;
}

export class QuickRequests {
  private readonly asked: readonly Asked[];
  private next = 0;

  constructor(expected: Expected) {
    this.asked = Array.from({ length: DISTINCT }, (_, index) => {
      const sent = requestOf(QUICK_MODEL, `quick-${index}`, TOKENS, index % 2 === 0);
      return { sent, expected: expected.bytesOf(sent) };
    });
  }

  send(url: string, agent: Agent | false): Promise<Attempt> {
    const { expected, sent } = this.asked[this.next++ % this.asked.length] as Asked;
    return attempt(url, sent, expected, agent);
  }
}

/** Opens so many connections a second, each for one request, until told to stop. @returns all of them, when the last one is over */
export async function newcomers(
  url: string,
  requests: QuickRequests,
  perSec: number,
  stopped: () => boolean,
): Promise<Attempt[]> {
  const attempts: Promise<Attempt>[] = [];
  const startMs = performance.now();
  while (!stopped()) {
    const due = ((performance.now() - startMs) / 1_000) * perSec;
    while (attempts.length < due && !stopped()) attempts.push(requests.send(url, false));
    await sleep(1_000 / BURSTS_PER_SEC);
  }
  return Promise.all(attempts);
}

/** Sends one request after another on a connection that it keeps as long as the server lets it; stops when told to, or when nobody listens. */
export async function regular(url: string, requests: QuickRequests, stopped: () => boolean): Promise<Attempt[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const attempts: Attempt[] = [];
  for (let refusals = 0; !stopped() && refusals < REFUSALS_MAX; ) {
    const done = await requests.send(url, agent);
    attempts.push(done);
    refusals = done.outcome === 'refused' ? refusals + 1 : 0;
    await sleep(Math.random() * KEPT_PAUSE_MS_MAX);
  }
  agent.destroy();
  return attempts;
}

export interface Probed {
  /** When it was asked, and when the answer, or none, was there. */
  readonly timeMs: number;
  readonly endMs: number;
  /** Undefined where there was no answer. */
  readonly status: number | undefined;
}

/** Asks again and again on connections of its own, until told to stop. */
export async function probes(url: string, stopped: () => boolean): Promise<Probed[]> {
  const seen: Probed[] = [];
  while (!stopped()) {
    const timeMs = Date.now();
    const answer = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined);
    await answer?.arrayBuffer();
    seen.push({ timeMs, endMs: Date.now(), status: answer?.status });
    await sleep(PROBE_PAUSE_MS);
  }
  return seen;
}
