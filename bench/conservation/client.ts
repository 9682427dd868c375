/** The client of a mixture, which writes down what it saw of every reply: the status, how the reply ended, and how much of it came. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { type MixedRequest, mixedRequest } from './mixture.js';

export interface SeenReply {
  readonly id: string;
  /** 0 where none came. */
  readonly status: number;
  /** All of it came as HTTP announced it; the connection ended before; or the client left. */
  readonly end: 'complete' | 'broken' | 'left';
  readonly bytes: number;
}

/** A reply that takes longer is a defect. */
const REPLY_MS_MAX = 60_000;

/**
 * Sends a mixture's requests, so many at a time.
 * @param from number of the first request
 */
export async function sendMixture(port: number, from: number, count: number, lanes: number): Promise<SeenReply[]> {
  const seen: SeenReply[] = [];
  let next = from;
  const lane = async (): Promise<void> => {
    // One connection per lane for requests that no fault can spoil the connection of.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (next < from + count) seen.push(await send(port, mixedRequest(next++), agent));
    agent.destroy();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return seen;
}

function send(port: number, mixed: MixedRequest, agent: Agent): Promise<SeenReply> {
  const { body, headers, id, isWrong, leavesAfterBytes, method, path } = mixed;
  return new Promise((resolve, reject) => {
    let status = 0;
    let bytes = 0;
    let left = false;
    const timer = setTimeout(() => reject(new Error(`request ${id} got no end`)), REPLY_MS_MAX);
    const finish = (end: SeenReply['end']): void => {
      clearTimeout(timer);
      resolve({ id, status, end: left ? 'left' : end, bytes });
    };
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: isWrong ? agent : false,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    const leave = (): void => {
      left = true;
      outgoing.destroy();
    };
    outgoing.on('response', (incoming: IncomingMessage) => {
      status = incoming.statusCode ?? 0;
      if (leavesAfterBytes === 0) leave();
      incoming.on('data', (piece: Buffer) => {
        if (left) return;
        bytes += piece.length;
        if (leavesAfterBytes !== undefined && bytes >= leavesAfterBytes) leave();
      });
      incoming.on('error', () => {});
      incoming.on('close', () => finish(incoming.complete ? 'complete' : 'broken'));
    });
    outgoing.on('error', () => {
      // Once there is a response, its own end says how it went.
      if (status === 0) finish('broken');
    });
    outgoing.end(body);
  });
}
