/**
 * The transport on uWebSockets.js: the cheaper send, and some 2 KB per open stream where node:http takes 10 to 17. Several processes
 * share a port by SO_REUSEPORT, which the library sets on its own.
 *
 * What the library does by itself: it answers malformed requests (400, 431, 505) and closes; it closes a connection whose client
 * pipelines a request behind an unanswered one, is idle, takes too long over the headers of a request, sends less than 16 KB a second of a
 * body, or does not read, for some 30 s each (measured: 28 to 32, whatever arrives meanwhile). It does not let that be set: bodies are
 * timed by ReceiveWatch besides. It parses PROXY protocol v2; the address in it is never used. What it lets through is in UwsRequestCheck.
 *
 * A certificate belongs to an app of the library. Renewing it takes another app, to which the first one, which goes on to listen, hands the
 * connections that it accepts:
 *
 *   app 1 ──connections it has──▶ served to their end
 *     └─accepts──▶ app 2 ──connections from the renewal on──▶ …
 */

import { createServer } from 'node:net';
import { AddressCounter } from './address-counter.js';
import { BodyBlocks } from './body-collector.js';
import {
  type CertificateFiles,
  FRAME_HEAD_BYTES,
  FRAME_TAIL_BYTES,
  type ListenAddress,
  REFUSED_CONNECTIONS_MAX,
  type RequestHandler,
  type RequestProblem,
  type Transport,
  type TransportLimits,
  type TransportOptions,
} from './contract.js';
import { listenFailure } from './listen-failure.js';
import { whenQueueIsEmpty } from './listener-closing.js';
import { ReceiveWatch } from './receive-watch.js';
import { formatRemoteAddress } from './remote-address.js';
import { FIELD_EXTRA_BYTES, HEAD_EXTRA_BYTES } from './request-check.js';
import { Scratch } from './scratch-pool.js';
import type { HttpRequest, HttpResponse, TemplatedApp, UwsModule, us_listen_socket } from './uws.js';
import { UwsExchange, type UwsHost } from './uws-exchange.js';
import { UwsRequestCheck } from './uws-request-check.js';
import { UwsWriter } from './uws-writer.js';

export function createUwsTransport(library: UwsModule, options: TransportOptions): Transport {
  return new UwsTransport(library, options);
}

class UwsTransport implements Transport, UwsHost {
  readonly name = 'uws';
  readonly limits: TransportLimits;
  readonly handler: RequestHandler;
  readonly frames: Scratch;
  readonly bodyBlocks = new BodyBlocks();
  readonly writer = new UwsWriter();
  readonly receiveWatch: ReceiveWatch;
  connections = 0;
  busy = 0;
  requests = 0;
  connectionsEnded = 0;
  parsing = false;
  draining = false;
  readonly addresses = new AddressCounter();
  private readonly onDropped: (() => void) | undefined;
  private readonly library: UwsModule;
  /** The first one listens, the last one gets what it accepts; those between, one per renewed certificate, may still have connections. */
  private readonly apps: TemplatedApp[];
  private listenSocket: us_listen_socket | undefined;
  private stopping: Promise<void> | undefined;
  private address: ListenAddress | undefined;
  private closed = false;
  /** The headers of the request at hand, filled by collectHeader. */
  private headers: string[] = [];
  private headerBytes = 0;
  private readonly check = new UwsRequestCheck();
  /** A second handle on the connection of the request at hand. */
  private twin: HttpResponse | undefined;

  constructor(library: UwsModule, options: TransportOptions) {
    this.library = library;
    this.limits = options.limits;
    this.handler = options.handler;
    this.onDropped = options.onDropped;
    this.frames = new Scratch(FRAME_HEAD_BYTES + options.frameBytesMax + FRAME_TAIL_BYTES);
    this.receiveWatch = new ReceiveWatch(options.limits.requestReceiveTimeoutMs);
    this.apps = [this.createApp(options.certificate)];
  }

  get scratch(): Uint8Array {
    return this.frames.bytes;
  }

  async listen(address: ListenAddress): Promise<ListenAddress> {
    const token = this.openListener(address);
    if (token === undefined) throw listenFailure(await this.whyListenFailed(address), address);
    this.receiveWatch.start();
    this.address = { host: address.host, port: this.library.us_socket_local_port(token) };
    return this.address;
  }

  async renewCertificate(files: CertificateFiles): Promise<void> {
    const renewed = this.createApp(files);
    const [listening] = this.apps;
    const before = this.apps.at(-1);
    listening?.addChildAppDescriptor(renewed.getDescriptor());
    if (before !== undefined && before !== listening) listening?.removeChildAppDescriptor(before.getDescriptor());
    this.apps.push(renewed);
  }

  announceClose(): void {
    this.draining = true;
  }

  stopAccepting(timeoutMs: number): Promise<void> {
    this.draining = true;
    this.stopping ??= new Promise((resolve) => {
      const stop = (): void => {
        this.closeListener();
        resolve();
      };
      if (this.address === undefined) stop();
      else whenQueueIsEmpty(this.address, timeoutMs, stop);
    });
    return this.stopping;
  }

  /** The library leaves what it cannot accept in the queue, whose poll then wakes it without end. Other processes' listeners take over. */
  setFileShortage(isShort: boolean): void {
    if (isShort) this.closeListener();
    else if (this.address !== undefined && this.stopping === undefined && !this.closed) this.openListener(this.address);
  }

  async closeIdle(): Promise<void> {}

  async close(): Promise<void> {
    this.draining = true;
    this.closeListener();
    if (this.closed) return;
    this.closed = true;
    this.receiveWatch.stop();
    for (const app of this.apps) app.close();
  }

  private openListener({ host, port }: ListenAddress): us_listen_socket | undefined {
    this.apps[0]?.listen(host, port, (socket) => {
      this.listenSocket = socket || undefined;
    });
    return this.listenSocket;
  }

  private closeListener(): void {
    if (this.listenSocket !== undefined) this.library.us_listen_socket_close(this.listenSocket);
    this.listenSocket = undefined;
  }

  private createApp(certificate: CertificateFiles | undefined): TemplatedApp {
    const app =
      certificate === undefined
        ? this.library.App()
        : this.library.SSLApp({ cert_file_name: certificate.certFile, key_file_name: certificate.keyFile });
    app.filter((response, change) => this.countConnection(response, Number(change)));
    // Two handlers for the methods that may be answered with streams, because the library makes a handle on the connection for each that it
    // asks, and takes away the one that an answer ends with: the other can still close the connection then.
    const keepTwin = (response: HttpResponse, request: HttpRequest): void => {
      this.twin = response;
      request.setYield(true);
    };
    app.get('/*', keepTwin).post('/*', keepTwin);
    app.any('/*', (response, request) => this.route(response, request));
    return app;
  }

  private countConnection(response: HttpResponse, change: number): void {
    this.connections += change;
    if (change < 0) this.connectionsEnded -= change;
    if (this.connections <= this.limits.connectionsMax + REFUSED_CONNECTIONS_MAX || change < 0) return;
    this.onDropped?.();
    response.close();
  }

  /**
   * The library does not tell which connection a request came on. So while there are too many, it is the next to send a request
   * that is refused and closed.
   */
  private route(response: HttpResponse, request: HttpRequest): void {
    const handles = { response, twin: this.twin };
    this.twin = undefined;
    const line = { method: request.getCaseSensitiveMethod(), path: request.getUrl(), query: request.getQuery() ?? '' };
    this.headers = [];
    const queryBytes = line.query === '' ? 0 : 1 + line.query.length;
    this.headerBytes = HEAD_EXTRA_BYTES + line.method.length + line.path.length + queryBytes;
    request.forEach(this.collectHeader);
    const { check } = this;
    const status = this.headerBytes > this.limits.headerBytesMax ? 431 : check.inspect(line, this.headers);
    if (status !== undefined) {
      this.refuse(response, status);
      return;
    }
    this.parsing = true;
    const exchange = new UwsExchange(this, handles, { line, headers: this.headers, closes: check.closes });
    exchange.receive(this.overLimit(exchange, response) ?? check.problem);
    this.parsing = false;
  }

  /**
   * Later, because the library goes on with what came behind the request as long as its handler answers at once. When something did come, it
   * now closes without an answer.
   */
  private refuse(response: HttpResponse, status: number): void {
    let isOpen = true;
    response.onAborted(() => {
      isOpen = false;
    });
    setImmediate(() => {
      if (isOpen) this.writer.refuse(response, status);
    });
  }

  private overLimit(exchange: UwsExchange, response: HttpResponse): RequestProblem | undefined {
    const { connectionsMax, connectionsOfAddressMax } = this.limits;
    const refusal = this.connections > connectionsMax ? 'too_many_connections' : undefined;
    if (connectionsOfAddressMax === 0) return refusal;
    const address = formatRemoteAddress(new Uint8Array(response.getRemoteAddress()));
    exchange.countedAddress = address;
    return this.addresses.enter(address) > connectionsOfAddressMax ? (refusal ?? 'too_many_of_address') : refusal;
  }

  private readonly collectHeader = (name: string, value: string): void => {
    this.headers.push(name, value);
    this.headerBytes += name.length + value.length + FIELD_EXTRA_BYTES;
  };

  /** The library reports no reason. Node's own listener on the same address does, or else lets the port go again. */
  private whyListenFailed(address: ListenAddress): Promise<NodeJS.ErrnoException> {
    return new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', resolve);
      probe.listen({ ...address, exclusive: true }, () => {
        probe.close(() => resolve(new Error('uWebSockets.js could not listen')));
      });
    });
  }
}
