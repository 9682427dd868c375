/** A gateway with the habits that the oracle is to find, each on request, between a client and a simulator. */
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Habits {
  /** Tries again after 429 and 5xx, so many times, after this delay. */
  readonly retries?: { readonly most: number; readonly afterMs: number };
  /** Sends every request twice at once, and hands on the first answer. */
  readonly doubles?: boolean;
  /** Reads on when the client has left. */
  readonly ignoresLeaving?: boolean;
  /** Opens a connection for each request. */
  readonly forgetsConnections?: boolean;
  /** Ends an answer in order that the upstream broke off. */
  readonly hidesBreaks?: boolean;
  /** Says 500 for every error. */
  readonly blurs?: boolean;
  /** Leaves this header out. */
  readonly drops?: string;
}

export interface BadGateway {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startBadGateway(upstreamUrl: string, habits: Habits): Promise<BadGateway> {
  const agent = new Agent({ keepAlive: habits.forgetsConnections !== true });
  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing);
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await text(incoming);
    const headers = { ...incoming.headers };
    delete headers[habits.drops ?? ''];
    const send = () => exchange(new URL(incoming.url ?? '/', upstreamUrl), headers, body, outgoing);
    const twin = habits.doubles === true ? send() : undefined;
    let answer = await send();
    for (let retry = 0; retry < (habits.retries?.most ?? 0) && (answer.statusCode ?? 0) >= 429; retry++) {
      answer.resume();
      await new Promise((resolve) => setTimeout(resolve, habits.retries?.afterMs));
      answer = await send();
    }
    (await twin)?.resume();
    const status = answer.statusCode ?? 502;
    outgoing.writeHead(habits.blurs === true && status >= 400 ? 500 : status, {
      'content-type': answer.headers['content-type'],
    });
    outgoing.flushHeaders();
    answer.on('data', (piece) => outgoing.write(piece));
    answer.on('end', () => outgoing.end());
    answer.on('error', () => (habits.hidesBreaks === true ? outgoing.end() : outgoing.destroy()));
  }

  function exchange(
    url: URL,
    headers: IncomingMessage['headers'],
    body: string,
    outgoing: ServerResponse,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const onward = httpRequest(url, { agent, method: 'POST', headers }, resolve);
      onward.once('error', reject);
      if (habits.ignoresLeaving !== true) outgoing.once('close', () => outgoing.writableEnded || onward.destroy());
      onward.end(body);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
