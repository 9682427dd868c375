/**
 * A client that checks an answer against its plan: status and headers, every byte, the header that tells the plan, and that nothing came
 * before its planned time. Times are compared by one clock, that of this machine, from before the request was sent: the server cannot have had
 * it earlier.
 */
import assert from 'node:assert/strict';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { RequestPlan } from '../../src/server/request-plan.js';
import type { RandomRequest } from './random-requests.js';

/** A double holds the clock's µs since the machine started with an error below this, ms. */
const CLOCK_ERROR_MS = 0.002;
/** Of the connection, its transport and the clock, or of the server's load. */
const UNPLANNED = new Set([
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'x-llm-sim-saturated',
  'uwebsockets',
]);
const PLAN_HEADER = 'x-llm-sim-plan';
/** Told with the plan. */
const FAULT_HEADER = 'x-llm-sim-fault';

interface Arrival {
  /** Bytes of the body up to here, and when they were there, ms after the request was sent. */
  readonly bytes: number;
  readonly afterMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly arrivals: readonly Arrival[];
}

export class PlannedClient {
  readonly #agent: Agent;

  /** @param connections how many requests may be under way */
  constructor(connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends the request, with the key where one is given, and asks for the plan. */
  send(url: string, { method, path, headers, body }: RandomRequest, key?: string): Promise<Answer> {
    const own = { 'content-type': 'application/json', [PLAN_HEADER]: '1' };
    const keyed = key === undefined ? {} : { 'x-llm-sim-request-id': key };
    return new Promise((resolve, reject) => {
      // Nothing is waited for between this and the first byte that leaves, except for a free connection.
      const sent = request(url + path, { method, agent: this.#agent, headers: { ...own, ...keyed, ...headers } });
      const sentMs = performance.now();
      sent.on('error', reject);
      sent.on('response', (response) => {
        const pieces: Buffer[] = [];
        const arrivals: Arrival[] = [];
        let bytes = 0;
        response.on('data', (piece: Buffer) => {
          pieces.push(piece);
          bytes += piece.length;
          arrivals.push({ bytes, afterMs: performance.now() - sentMs });
        });
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: received } = response;
          resolve({ status, headers: received, body: Buffer.concat(pieces), arrivals });
        });
      });
      sent.end(body);
    });
  }
}

/** @param what names the request in the message of a failure */
export function assertAsPlanned(answer: Answer, plan: RequestPlan, what: string): void {
  assert.equal(answer.status, plan.status, what);
  assert.equal(answer.headers[PLAN_HEADER], plan.announcement, what);
  assert.equal(answer.headers[FAULT_HEADER], plan.fault?.injected ? plan.fault.kind : undefined, what);
  assert.deepEqual(plannedHeaders(Object.entries(answer.headers)), plannedHeaders(pairsOf(plan.headers)), what);
  const expected = Buffer.concat(plan.frames.map(({ bytes }) => bytes));
  // On uWebSockets.js the headers of a stream go out with one line feed, which means nothing in any of the formats.
  const lead = plan.stream && answer.body.length === expected.length + 1 && answer.body[0] === 0x0a ? 1 : 0;
  assert.ok(answer.body.subarray(lead).equals(expected), `${what}\n${answer.body}\nis not\n${expected}`);
  assertNotEarly(answer.arrivals, plan, lead, what);
}

function assertNotEarly(arrivals: readonly Arrival[], { frames }: RequestPlan, lead: number, what: string): void {
  let end = lead;
  let next = 0;
  for (const [index, { atUs, bytes }] of frames.entries()) {
    end += bytes.length;
    while (next < arrivals.length - 1 && arrivals[next].bytes < end) next++;
    const { afterMs } = arrivals[next] ?? { afterMs: Number.POSITIVE_INFINITY };
    assert.ok(
      afterMs + CLOCK_ERROR_MS >= atUs / 1_000,
      `frame ${index} is planned for ${atUs / 1_000} ms and was there after ${afterMs} ms: ${what}`,
    );
  }
}

function plannedHeaders(pairs: Iterable<readonly [name: string, value: unknown]>): object {
  const planned = [...pairs].filter(([name]) => !UNPLANNED.has(name) && name !== PLAN_HEADER && name !== FAULT_HEADER);
  return Object.fromEntries(planned.map(([name, value]) => [name, String(value)]).sort());
}

function pairsOf(flat: readonly string[]): (readonly [string, string])[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]] as const] : []));
}
