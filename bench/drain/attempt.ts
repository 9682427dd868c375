/** One request and what became of it, as its client saw it. */
import { type Agent, type IncomingMessage, request } from 'node:http';
import { PATH, type SentRequest } from './configuration.js';

const LINE_FEED = 0x0a;
/** A reply that takes longer is a defect. */
const REPLY_MS_MAX = 120_000;

export interface Attempt {
  /** When it began, when its connection was made (or taken again), and when it ended, ms since the epoch. */
  readonly startMs: number;
  readonly connectedMs: number | undefined;
  readonly endMs: number;
  /** No connection came about; one did, and the answer was not the expected one; or all was as expected. */
  readonly outcome: 'refused' | 'failed' | 'answered';
  /** Of a failure: why. */
  readonly why: string | undefined;
  /** Whether the connection ends with the answer, because it says so or because the request did. */
  readonly closes: boolean;
}

/** @param expected the answer's bytes. @param agent false for a connection of its own */
export function attempt(url: string, sent: SentRequest, expected: Buffer, agent: Agent | false): Promise<Attempt> {
  const startMs = Date.now();
  let connectedMs: number | undefined;
  let closes = agent === false;
  return new Promise((resolve) => {
    const end = (why: string | undefined): void => {
      const outcome = why === undefined ? 'answered' : connectedMs === undefined ? 'refused' : 'failed';
      resolve({ startMs, connectedMs, endMs: Date.now(), outcome, why, closes });
    };
    const outgoing = request(url + PATH, { method: 'POST', agent, headers: sent.headers, timeout: REPLY_MS_MAX });
    outgoing.on('socket', (socket) => {
      const connected = (): void => {
        connectedMs = Date.now();
      };
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    outgoing.on('response', (incoming: IncomingMessage) => {
      closes ||= incoming.headers.connection === 'close';
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('error', () => {});
      incoming.on('close', () => {
        if (incoming.complete) end(defectOf(incoming.statusCode, Buffer.concat(pieces), expected));
        else end('the connection broke within the answer');
      });
    });
    outgoing.end(sent.body);
  });
}

/** On uWebSockets.js a stream begins with one line feed, which means nothing. */
export function defectOf(status: number | undefined, bytes: Buffer, expected: Buffer): string | undefined {
  if (status !== 200) return `status ${status}: ${bytes.toString('utf8', 0, 200)}`;
  const body = bytes[0] === LINE_FEED ? bytes.subarray(1) : bytes;
  return body.equals(expected) ? undefined : `${body.length} bytes are not the ${expected.length} expected`;
}
