/** The metrics port: GET /metrics for the whole node, on a listener of its own that no stream shares. */
import { createServer, type ServerResponse } from 'node:http';
import type { ListenAddress } from '../server/transport/contract.js';
import { listenFailure } from '../server/transport/listen-failure.js';
import { METRICS_CONTENT_TYPE } from '../telemetry/metrics.js';

const CONNECTIONS_MAX = 64;
const HEADERS_TIMEOUT_MS = 5_000;

export class MetricsServer {
  readonly #server;

  constructor(metricsText: () => Promise<string>) {
    this.#server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS },
      (request, response) => {
        const path = request.url?.split('?')[0];
        if (path !== '/metrics') reply(response, 404, 'text/plain', 'not found: the metrics are at /metrics\n');
        else if (request.method !== 'GET' && request.method !== 'HEAD') reply(response, 405, 'text/plain', 'use GET\n');
        else {
          metricsText().then(
            (text) => reply(response, 200, METRICS_CONTENT_TYPE, text),
            (cause: Error) => reply(response, 500, 'text/plain', `${cause.message}\n`),
          );
        }
      },
    );
    this.#server.maxConnections = CONNECTIONS_MAX;
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
}

function reply(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(body);
}
