/**
 * The transport on node:http. Runs wherever Node runs; the standard parser and its limits decide what a request is. In a
 * node:cluster worker the port is shared by cluster's own means.
 *
 * Connections: libuv accepts one per turn of the loop. Up to connectionsMax are served; REFUSED_CONNECTIONS_MAX more are answered with a refusal; what comes beyond is
 * closed by the kernel's accept alone, without a byte.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { AddressCounter } from './address-counter.js';
import { BodyBlocks } from './body-collector.js';
import {
  type CertificateFiles,
  FRAME_HEAD_BYTES,
  FRAME_TAIL_BYTES,
  type ListenAddress,
  REFUSED_CONNECTIONS_MAX,
  REFUSED_CONNECTIONS_OF_ADDRESS_MAX,
  type RequestHandler,
  type RequestProblem,
  type Transport,
  type TransportLimits,
  type TransportOptions,
} from './contract.js';
import { listenFailure } from './listen-failure.js';
import { closeListener } from './listener-closing.js';
import { type ConnectionHost, connectionOf, NodeConnection } from './node-connection.js';
import { NodeExchange } from './node-exchange.js';
import { nodeRequestRefusal } from './node-request-check.js';
import { WholeReplies } from './node-whole-reply.js';
import { unmapIpv4 } from './remote-address.js';
import { ScratchPool } from './scratch-pool.js';
import { TlsSockets } from './tls-sockets.js';

/** Connections that may wait to be accepted; the kernel caps it (net.core.somaxconn). A load test opens thousands at once. */
const BACKLOG = 4096;
/** Bytes a socket buffers in this process before write() says stop. Set, because Node's default differs between versions. */
const SOCKET_HIGH_WATER_MARK_BYTES = 16 * 1024;
/** How often node looks for requests that take too long; a tenth of the time limit, within these bounds. */
const TIMEOUT_CHECK_MS_MIN = 50;
const TIMEOUT_CHECK_MS_MAX = 1_000;

/** Status lines for what node's parser rejects; anything else is a plain 400. */
const STATUS_LINE_BY_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};

export function createNodeTransport(options: TransportOptions): Transport {
  return new NodeTransport(options);
}

class NodeTransport implements Transport, ConnectionHost {
  readonly name = 'node';
  readonly limits: TransportLimits;
  readonly handler: RequestHandler;
  readonly scratchPool: ScratchPool;
  readonly bodyBlocks = new BodyBlocks();
  readonly wholeReplies: WholeReplies;
  busy = 0;
  requests = 0;
  draining = false;
  private accepted = 0;
  private readonly open = new Set<NodeConnection>();
  private readonly onAccepted: (() => void) | undefined;
  private readonly onDropped: (() => void) | undefined;
  private readonly addresses = new AddressCounter();
  private readonly server: Server;
  /** Undefined where plain HTTP is spoken. */
  private readonly tls: TlsSockets | undefined;
  private closing: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;
  /** Hears of every connection that has closed. */
  private onClosed: (() => void) | undefined;

  constructor(options: TransportOptions) {
    this.limits = options.limits;
    this.wholeReplies = new WholeReplies(options.limits.keepAliveTimeoutMs);
    this.handler = options.handler;
    this.onAccepted = options.onAccepted;
    this.onDropped = options.onDropped;
    this.scratchPool = new ScratchPool(FRAME_HEAD_BYTES + options.frameBytesMax + FRAME_TAIL_BYTES);
    this.tls = options.certificate && new TlsSockets(options.certificate, SOCKET_HIGH_WATER_MARK_BYTES);
    this.server = this.createServer();
  }

  get scratch(): Uint8Array {
    return this.scratchPool.current.bytes;
  }

  listen(address: ListenAddress): Promise<ListenAddress> {
    const { server } = this;
    return new Promise((resolve, reject) => {
      const fail = (cause: Error) => reject(listenFailure(cause, address));
      server.once('error', fail);
      server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, () => {
        server.off('error', fail);
        resolve({ host: address.host, port: (server.address() as AddressInfo).port });
      });
    });
  }

  async renewCertificate(files: CertificateFiles): Promise<void> {
    this.tls?.renew(files);
  }

  get connections(): number {
    return this.open.size;
  }

  announceClose(): void {
    this.draining = true;
  }

  stopAccepting(timeoutMs: number): Promise<void> {
    this.draining = true;
    this.stopping ??= this.server.listening ? closeListener(this.server, timeoutMs) : Promise.resolve();
    return this.stopping;
  }

  /** libuv keeps a file in reserve, with which it accepts and closes what waits. */
  setFileShortage(): void {}

  async closeIdle(timeoutMs: number): Promise<void> {
    for (const connection of this.open) connection.endIdle();
    if (this.open.size === this.busy) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.onClosed = () => {
        if (this.open.size > this.busy) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): Promise<void> {
    this.draining = true;
    this.closing ??= this.closeAll();
    return this.closing;
  }

  connectionClosed(connection: NodeConnection): void {
    this.open.delete(connection);
    if (connection.address !== undefined) this.addresses.leave(connection.address);
    this.onClosed?.();
  }

  /** The server reports its close before the sockets report theirs, so both are waited for. */
  private async closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    if (this.open.size === 0) return;
    await new Promise<void>((resolve) => {
      this.onClosed = () => {
        if (this.open.size === 0) resolve();
      };
    });
  }

  private createServer(): Server {
    const { requestReceiveTimeoutMs, headerBytesMax, keepAliveTimeoutMs, connectionsMax } = this.limits;
    const server = createServer({
      maxHeaderSize: headerBytesMax,
      requestTimeout: requestReceiveTimeoutMs,
      headersTimeout: requestReceiveTimeoutMs,
      connectionsCheckingInterval: Math.min(
        TIMEOUT_CHECK_MS_MAX,
        Math.max(TIMEOUT_CHECK_MS_MIN, Math.ceil(requestReceiveTimeoutMs / 10)),
      ),
      keepAliveTimeout: keepAliveTimeoutMs,
      highWaterMark: SOCKET_HIGH_WATER_MARK_BYTES,
      joinDuplicateHeaders: true,
      // Checked by nodeRequestRefusal(): node's own answer lets what is pipelined behind such a request through.
      requireHostHeader: false,
      noDelay: true,
    });
    server.maxConnections = connectionsMax + REFUSED_CONNECTIONS_MAX;
    // Node would leave out what is above its limit and serve the rest; see HEADER_FIELDS_MAX.
    server.maxHeadersCount = 0;
    server.on('drop', () => this.onDropped?.());
    if (this.tls === undefined) server.on('connection', (socket: Socket) => this.accept(socket, socket));
    else this.tls.attach(server, (socket, tcp) => this.accept(socket, tcp));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => enqueue(request, response));
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      const declaredBytes = Number(request.headers['content-length'] ?? 0);
      if (
        declaredBytes <= this.limits.bodyBytesMax &&
        nodeRequestRefusal(request, this.limits.headerBytesMax) === undefined
      )
        response.writeContinue();
      enqueue(request, response);
    });
    server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
      enqueue(request, response, 'unknown_expectation');
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const connection = connectionOf(socket as Socket);
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') connection?.refuseLate();
      else connection?.refuseMalformed(STATUS_LINE_BY_ERROR[error.code ?? ''] ?? '400 Bad Request');
    });
    return server;
  }

  private accept(socket: Socket, tcp: Socket): void {
    this.onAccepted?.();
    const { connectionsMax, connectionsOfAddressMax } = this.limits;
    let refusal: RequestProblem | undefined = this.open.size >= connectionsMax ? 'too_many_connections' : undefined;
    let address: string | undefined;
    if (connectionsOfAddressMax > 0) {
      address = unmapIpv4(tcp.remoteAddress ?? '');
      const connections = this.addresses.enter(address);
      if (connections > connectionsOfAddressMax + REFUSED_CONNECTIONS_OF_ADDRESS_MAX) {
        this.addresses.leave(address);
        this.onDropped?.();
        socket.destroy();
        return;
      }
      if (connections > connectionsOfAddressMax) refusal ??= 'too_many_of_address';
    }
    this.open.add(new NodeConnection(this, { socket, tcp }, { refusal, address, number: ++this.accepted }));
  }
}

function enqueue(request: IncomingMessage, response: ServerResponse, problem?: RequestProblem): void {
  const connection = connectionOf(request.socket);
  if (connection === undefined) return;
  const status = nodeRequestRefusal(request, connection.limits.headerBytesMax);
  if (status !== undefined) {
    connection.refuseMalformed(`${status} ${STATUS_CODES[status]}`);
    return;
  }
  // The parser reads nothing of what came along with such a request, although nobody takes the upgrade up.
  if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
  connection.enqueue(new NodeExchange(connection, request, response, problem));
}
