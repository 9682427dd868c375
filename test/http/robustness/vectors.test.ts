/** Every vector on both transports: alone, with a request right behind it, and with one that comes a moment later. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange, RequestProblem } from '../../../src/server/transport/contract.js';
import { describeTransports, type Served, serve } from '../transport/harness.js';
import { type RawClient, waitUntil } from '../transport/raw-client.js';
import { chunkVectors } from './chunk-vectors.js';
import { connectionVectors } from './connection-vectors.js';
import { fieldVectors } from './field-vectors.js';
import { framingVectors } from './framing-vectors.js';
import { requestLineVectors } from './request-line-vectors.js';
import { type Outcome, SMUGGLED, type Vector } from './vector.js';

const SETS: readonly (readonly [subject: string, vectors: readonly Vector[]])[] = [
  ['framing', framingVectors],
  ['chunks', chunkVectors],
  ['request lines', requestLineVectors],
  ['fields', fieldVectors],
  ['connections', connectionVectors],
];
const SMUGGLED_SEEN = 'GET /smuggled 0';
const STATUSES: { readonly [problem in RequestProblem]: number } = {
  body_too_large: 413,
  too_many_connections: 503,
  too_many_of_address: 429,
  unknown_expectation: 417,
};
/** Long enough for a server that would take bytes for a request to do so; nothing fails when it is too short. */
const MOMENT_MS = 10;

const MANNERS = ['alone', 'followed at once', 'followed later'] as const;
type Manner = (typeof MANNERS)[number];

/** What reached the handler of a request without a problem, as vectors name it. */
function seen(served: Served, from: number): string[] {
  return served.requests
    .slice(from)
    .filter(({ problem }) => problem === undefined)
    .map(({ method, path, query, slot }) => `${method} ${path}${query === '' ? '' : `?${query}`} ${slot}`);
}

/** Keeps the body's length where the test finds it once the body is gone. */
function answer(exchange: Exchange): void {
  const { problem } = exchange;
  exchange.slot = Buffer.concat(exchange.body).byteLength;
  exchange.respond(problem === undefined ? 200 : STATUSES[problem], [], Buffer.from('answer'));
}

function statusesOf(client: RawClient): number[] {
  return [...client.text.matchAll(/HTTP\/1\.1 (\d{3})/g)]
    .map(([, status]) => Number(status))
    .filter((code) => code > 199);
}

async function judge(served: Served, client: RawClient, expected: Outcome, manner: Manner): Promise<void> {
  const from = served.requests.length;
  const now = () => seen(served, from);
  if (expected.kind === 'refused') {
    await client.waitForClose();
    assert.deepEqual(now(), []);
    const [status, ...more] = statusesOf(client);
    assert.deepEqual(more, [], 'one answer at most');
    if (status !== undefined) assert.ok(expected.statuses.includes(status), `${status}`);
    return;
  }
  if (expected.kind === 'awaited') {
    await sleep(MOMENT_MS);
    assert.deepEqual(now(), []);
    client.socket.end();
    await client.waitForClose();
    assert.deepEqual(now(), []);
    return;
  }
  if (expected.closes) await client.waitForClose();
  const { requests } = expected;
  if (manner === 'followed at once' && expected.closes) {
    assert.deepEqual(now(), requests.slice(0, now().length));
    return;
  }
  const all = manner === 'alone' || expected.closes ? requests : [...requests, SMUGGLED_SEEN];
  await waitUntil(() => now().length >= all.length, `${all.length} requests`);
  await sleep(MOMENT_MS);
  assert.deepEqual(now(), all);
  if (expected.cut) return;
  await waitUntil(() => statusesOf(client).length >= all.length || client.closed, 'the answers');
  assert.deepEqual(
    statusesOf(client),
    all.map(() => 200),
  );
}

describeTransports('vectors', (selected) => {
  const isUws = selected.name === 'uws';
  for (const [subject, vectors] of SETS) {
    for (const { name, bytes, clause, expected, onUws = expected } of vectors) {
      const outcome = isUws ? withLibraryStatus(onUws) : expected;
      test(`${subject}: ${name} (${clause})`, async (t) => {
        const served = await serve(t, selected, { onRequest: answer, limits: { headerBytesMax: 16 * 1024 } });
        for (const manner of MANNERS) await run(served, bytes, outcome, manner);
      });
    }
  }
});

async function run(served: Served, bytes: string, outcome: Outcome, manner: Manner): Promise<void> {
  const client = await served.connect();
  const judged = judge(served, client, outcome, manner);
  client.socket.write(manner === 'followed at once' ? bytes + SMUGGLED : bytes, 'latin1');
  if (manner === 'followed later') {
    await waitUntil(() => client.closed || isFirstPartOver(client, outcome), 'the first part');
    if (!client.closed) client.socket.write(SMUGGLED, 'latin1');
  }
  await judged;
  client.destroy();
  await waitUntil(() => served.transport.connections === 0, 'no connection');
}

/** uWebSockets.js says 505 to whatever is wrong in a request line. */
function withLibraryStatus(outcome: Outcome): Outcome {
  if (outcome.kind !== 'refused') return outcome;
  return { ...outcome, statuses: [...outcome.statuses, 505] };
}

/** Whether what was sent so far has been answered; of what is refused or awaited nobody can wait for more. */
function isFirstPartOver(client: RawClient, outcome: Outcome): boolean {
  return outcome.kind !== 'served' || outcome.cut === true || statusesOf(client).length >= outcome.requests.length;
}
