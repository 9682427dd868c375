/**
 * A client of one target for one thread, on undici: any number of requests at once, each on a connection of its own.
 *
 * Invariant: every send() resolves, whatever the target does; close() included.
 */
import { machineClock } from '../../kernel/clock.js';
import { packageVersion } from '../../kernel/package-root.js';
import { answerReader } from '../answers/answer-reader.js';
import type { NumberedRequest, RequestRecord } from '../contract.js';
import { Connections } from './connections.js';
import type { ClientOptions, LoadClient, SendOptions } from './contract.js';
import { Exchange } from './exchange.js';
import { ReadClock } from './read-clock.js';

/** Connecting ends by itself a little after the request's own timeout, which says what it was. */
const CONNECT_GRACE_MS = 1_000;

/**
 * A client without connections so far.
 * @throws TypeError when the target's URL is none
 */
export function createClient(options: ClientOptions): LoadClient {
  const { clock = machineClock(), originUs, requestTimeoutMs, target } = options;
  const url = new URL(target.url);
  const pathPrefix = url.pathname.replace(/\/+$/, '');
  const ownHeaders = { 'user-agent': `llm-simulator/${packageVersion}`, ...inLowerCase(target.headers) };
  const connections = new Connections(url.origin, requestTimeoutMs + CONNECT_GRACE_MS);
  const reads = new ReadClock(clock);
  const exchanges = new Set<Exchange>();

  function send(request: NumberedRequest, sendOptions: SendOptions): Promise<RequestRecord> {
    return new Promise((resolve) => {
      const connection = connections.take();
      const exchange = new Exchange({
        request,
        options: sendOptions,
        reader: answerReader(request, sendOptions.capture === true ? { capture: true } : {}),
        clock,
        reads,
        originUs,
        timeoutMs: requestTimeoutMs,
        onReleased: (released) => {
          exchanges.delete(released);
          connections.give(connection);
        },
        onRecord: resolve,
      });
      exchanges.add(exchange);
      const headers = { ...request.headers, ...ownHeaders };
      exchange.begin();
      // undici then tells the exchange before anything is written, which ends it there.
      if (sendOptions.signal?.aborted === true) exchange.cancel();
      connection.dispatch(
        { path: pathPrefix + request.path, method: request.method, headers, body: request.body },
        exchange,
      );
    });
  }

  return {
    nowUs: () => clock.nowUs() - originUs,
    send,
    close: async () => {
      for (const exchange of [...exchanges]) exchange.cancel();
      await connections.destroy();
    },
  };
}

function inLowerCase(headers: Readonly<Record<string, string>>): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
