/**
 * The metrics port: metrics and probes of the whole node, on a listener of its own in the primary. Acceptors that are busy with streams, or
 * with thousands of new connections, do not hold up its answers to an orchestrator.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ProbedNode, probes } from '../server/handlers/probes.js';
import type { ListenAddress } from '../server/transport/contract.js';
import { listenFailure } from '../server/transport/listen-failure.js';
import { type Scrape, type ScrapeWish, scrapeHeaders, scrapeWishOf } from '../telemetry/scrape.js';
import { letNewcomersIn } from './newcomers-first.js';

const CONNECTIONS_MAX = 64;
const REQUEST_TIMEOUT_MS = 5_000;
/** How often the time above is looked at: Node would do so every 30 s, and it would be as long as that. */
const TIMEOUT_CHECK_MS = 1_000;
/** Longer than a probe's client needs for its next request; a scraper comes too seldom to gain by any. */
const KEEP_ALIVE_MS = 2_000;
const METRICS_PATH = '/metrics';
const PATHS_TEXT = [METRICS_PATH, ...probes.keys()].join(', ');

export interface MetricsServerOptions {
  /** The node's metrics. */
  readonly scrape: (wish: ScrapeWish) => Promise<Scrape>;
  /** The node as it is at the moment. */
  readonly probed: () => ProbedNode;
}

export class MetricsServer {
  readonly #options: MetricsServerOptions;
  readonly #server;

  constructor(options: MetricsServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        headersTimeout: REQUEST_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (request, response) => this.#answer(request, response),
    );
    letNewcomersIn(this.#server, CONNECTIONS_MAX);
  }

  /** Rejects with PORT_IN_USE or PORT_NOT_PERMITTED. */
  listen(address: ListenAddress): Promise<ListenAddress> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, address)));
      this.#server.listen({ host: address.host, port: address.port, exclusive: true }, () => {
        const bound = this.#server.address();
        const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
        resolve({ host: address.host, port });
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer({ headers, method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const path = url.split('?')[0];
    const probe = probes.get(path);
    if (path !== METRICS_PATH && probe === undefined) {
      reply(response, 404, 'text/plain', `not found: here are ${PATHS_TEXT}\n`);
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      reply(response, 405, 'text/plain', 'use GET\n');
    } else if (probe !== undefined) {
      const { status, document } = probe(this.#options.probed());
      reply(response, status, 'application/json', JSON.stringify(document));
    } else {
      const { accept, 'accept-encoding': coding } = headers;
      this.#options.scrape(scrapeWishOf(accept, coding)).then(
        (scrape) => {
          response.writeHead(200, scrapeHeaders(scrape));
          response.end(scrape.body);
        },
        (cause: Error) => reply(response, 500, 'text/plain', `${cause.message}\n`),
      );
    }
  }
}

/** To HEAD node:http sends the head alone. */
function reply(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(body);
}
