/**
 * Bytes on connections to a real server, cut anywhere, with pauses, and connections that end in every way. Whatever comes is HTTP of ours, no
 * answer says that the server failed, and it goes on serving others.
 */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { selectTransport } from '../../../src/server/transport/select.js';
import type { FuzzTarget } from '../contract.js';
import { FUZZED, FuzzedServer } from '../fuzzed-server.js';
import { requestBytes } from './http-requests.js';

const ENDINGS = ['end', 'destroy', 'reset', 'listen'] as const;

interface Conversation {
  readonly bytes: string;
  /** Where the bytes are cut, and what is waited there. */
  readonly cuts: readonly { readonly at: number; readonly pauseMs: number }[];
  /** `end`: FIN, and what still comes is read; `listen`: an answer is awaited for a moment. */
  readonly ending: (typeof ENDINGS)[number];
}

/** An answer that comes at all comes within this, on most machines; nothing is judged by it. */
const LISTEN_MS = 8;
/** A connection that its client has ended is closed within this, or it hangs: longer than receive_timeout_secs. */
const END_GUARD_MS = 30_000;
/** So that what a client leaves unfinished ends within a run. */
const SHORT_LIMITS = { receive_timeout_secs: 2, keep_alive_timeout_secs: 5, stall_limit_secs: 5 };
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** What a server may say of a request's form and method; any other 5xx would be its own failure. */
const ALLOWED_5XX = new Set([501, 505]);

const conversation: fc.Arbitrary<Conversation> = fc.record({
  bytes: fc.oneof(
    { weight: 8, arbitrary: requestBytes },
    { weight: 3, arbitrary: fc.array(requestBytes, { minLength: 2, maxLength: 4 }).map((all) => all.join('')) },
    { weight: 1, arbitrary: fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 200 }) },
  ),
  cuts: fc.array(fc.record({ at: fc.nat(), pauseMs: fc.nat(2) }), { maxLength: 4 }),
  ending: fc.constantFrom(...ENDINGS),
});

export function socketTarget(transport: 'node' | 'uws'): FuzzTarget<readonly Conversation[]> {
  return {
    name: `sockets-${transport}`,
    promise: `whatever bytes come, ${transport} answers with HTTP and no failure of its own, and keeps nothing open`,
    weight: 3,
    inputs: fc.array(conversation, { minLength: 1, maxLength: 6 }),
    obstacle: async () => {
      try {
        await selectTransport(transport);
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    },
    open: async () => {
      const config = { ...FUZZED, server: { ...FUZZED.server, ...SHORT_LIMITS, transport } };
      const server = await FuzzedServer.start(config);
      return {
        execute: async (conversations) => {
          const answers = await Promise.all(conversations.map((one) => answerTo(server.port, one)));
          for (const answer of answers) assertHttp(answer);
          await server.assertWell();
        },
        close: () => server.close(),
      };
    },
  };
}

/** All that comes back. */
async function answerTo(port: number, { bytes, cuts, ending }: Conversation): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let answer = '';
  let closed = false;
  socket.on('data', (piece) => {
    if (answer.length < ANSWER_BYTES_MAX) answer += piece.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  const close = new Promise<void>((resolve) => {
    socket.once('close', () => {
      closed = true;
      resolve();
    });
  });
  await send(socket, bytes, cuts);
  if (ending === 'end') await ended(socket, close);
  else {
    if (ending === 'listen') await sleep(LISTEN_MS);
    if (ending === 'reset') socket.resetAndDestroy();
    else socket.destroy();
    if (!closed) await close;
  }
  return answer;
}

async function send(socket: Socket, bytes: string, cuts: Conversation['cuts']): Promise<void> {
  const places = cuts
    .map(({ at, pauseMs }) => ({ at: at % (bytes.length + 1), pauseMs }))
    .sort((one, other) => one.at - other.at);
  let from = 0;
  for (const { at, pauseMs } of places) {
    if (socket.destroyed) return;
    socket.write(Buffer.from(bytes.slice(from, at), 'latin1'));
    from = at;
    await sleep(pauseMs);
  }
  if (!socket.destroyed) socket.write(Buffer.from(bytes.slice(from), 'latin1'));
}

async function ended(socket: Socket, close: Promise<void>): Promise<void> {
  socket.end();
  const guard = new AbortController();
  const hung = sleep(END_GUARD_MS, undefined, { signal: guard.signal }).then(() => {
    throw new assert.AssertionError({ message: `the connection is open ${END_GUARD_MS} ms after its client ended it` });
  });
  try {
    await Promise.race([close, hung]);
  } finally {
    hung.catch(() => {});
    guard.abort();
    socket.destroy();
  }
}

/** Nothing at all, or status lines of HTTP/1.1 where an answer begins; bodies are not looked into, since what was asked for is not known. */
function assertHttp(answer: string): void {
  if (answer === '') return;
  assert.match(answer, /^HTTP\/1\.1 \d{3} /, 'an answer begins with a status line');
  for (const [, digits] of answer.matchAll(/(?:^|\n|\})HTTP\/1\.1 (\d{3}) /g)) {
    const status = Number(digits);
    assert.ok(status < 500 || ALLOWED_5XX.has(status), `status ${status}: ${answer.slice(0, 1_000)}`);
  }
}
