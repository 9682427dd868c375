/** A collector in the test's own process that keeps what it is sent, over either protocol of OTLP. */
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { decodeExport, type ReceivedSpan } from './otlp-decoding.js';

export type Protocol = 'grpc' | 'http/protobuf';

export interface Receiver {
  readonly protocol: Protocol;
  /** What telemetry.tracing.otlp_endpoint is set to. */
  readonly endpoint: string;
  readonly spans: readonly ReceivedSpan[];
  /** How many exports came. */
  readonly exports: number;
  /** The headers of the last export, or its metadata. */
  readonly headers: { readonly [name: string]: unknown };
  /** Resolves when spans for which `matches` holds have come; fails after 20 seconds. */
  waitFor(count: number, matches?: (span: ReceivedSpan) => boolean): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
}

const POLL_MS = 20;
const PATIENCE_MS = 20_000;
const GRPC_METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

class Collected {
  readonly spans: ReceivedSpan[] = [];
  exports = 0;
  headers: { readonly [name: string]: unknown } = {};

  take(message: Buffer, headers: IncomingHttpHeaders | { [name: string]: unknown }): void {
    this.exports++;
    this.headers = headers;
    this.spans.push(...decodeExport(message));
  }

  async waitFor(count: number, matches: (span: ReceivedSpan) => boolean = () => true): Promise<ReceivedSpan[]> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = this.spans.filter(matches);
      if (found.length >= count) return found;
      assert.ok(performance.now() < deadlineMs, `${found.length} of ${count} spans came`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

/** @param port a free one unless given */
export function startReceiver(protocol: Protocol, port = 0): Promise<Receiver> {
  return protocol === 'grpc' ? grpcReceiver(port) : httpReceiver(port);
}

async function httpReceiver(wanted: number): Promise<Receiver> {
  const collected = new Collected();
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const isExport = request.method === 'POST' && request.url === '/v1/traces';
    if (isExport) collected.take(Buffer.concat(pieces), request.headers);
    response.writeHead(isExport ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return receiverOf('http/protobuf', port, collected, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}

async function grpcReceiver(wanted: number): Promise<Receiver> {
  const collected = new Collected();
  const server = new Server();
  const raw = (bytes: Buffer): Buffer => bytes;
  const method = { path: GRPC_METHOD, requestStream: false, responseStream: false } as const;
  const codec = { requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw };
  const take: handleUnaryCall<Buffer, Buffer> = ({ metadata, request }, answer) => {
    collected.take(request, metadata.getMap());
    answer(null, Buffer.alloc(0));
  };
  server.addService({ export: { ...method, ...codec } }, { export: take });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${wanted}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return receiverOf('grpc', port, collected, async () => server.forceShutdown());
}

function receiverOf(protocol: Protocol, port: number, collected: Collected, close: () => Promise<void>): Receiver {
  return {
    protocol,
    endpoint: `http://127.0.0.1:${port}`,
    spans: collected.spans,
    get exports() {
      return collected.exports;
    },
    get headers() {
      return collected.headers;
    },
    waitFor: (count, matches) => collected.waitFor(count, matches),
    close,
  };
}
