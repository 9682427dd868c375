/**
 * The server that replies are compared with: it parses a JSON body and answers with as many bytes as it is told, ready-made. On `node` that is
 * plain node:http; on `uws` it is the simulator's own transport, from the same compiled files, with nothing behind it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The process's argument, as JSON. */
export interface BaselineReplies {
  readonly transport: 'node' | 'uws';
  readonly replyBytes: number;
}

const { transport, replyBytes } = JSON.parse(process.argv[2]!) as BaselineReplies;
/** Larger bodies than the bench sends are an error of the bench. */
const BODY_BYTES_MAX = 1_000_000;

const reply = Buffer.from(JSON.stringify({ text: 'x'.repeat(Math.max(0, replyBytes - '{"text":""}'.length)) }));
const headers = { 'content-type': 'application/json', 'content-length': reply.length };

function serveNode(): void {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > BODY_BYTES_MAX) request.destroy();
      else pieces.push(piece);
    });
    request.on('end', () => {
      if (bytes > 0) JSON.parse(Buffer.concat(pieces).toString());
      response.writeHead(200, headers).end(reply);
    });
  });
  server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port));
}

async function serveUws(): Promise<void> {
  const compiled = new URL('../../dist/src/server/transport/select.js', import.meta.url);
  const { selectTransport } = (await import(compiled.href)) as typeof import('../../src/server/transport/select.js');
  const { create } = await selectTransport('uws');
  const server = create({
    limits: {
      bodyBytesMax: BODY_BYTES_MAX,
      headerBytesMax: 16 * 1024,
      connectionsMax: 2_000,
      connectionsOfAddressMax: 0,
      requestReceiveTimeoutMs: 30_000,
      keepAliveTimeoutMs: 65_000,
    },
    handler: {
      onRequest: (exchange) => {
        const { body } = exchange;
        if (body.length > 0) JSON.parse(Buffer.concat(body).toString());
        exchange.respond(200, ['content-type', 'application/json'], reply);
      },
      onWritable: () => {},
      onClose: () => {},
    },
    frameBytesMax: 64 * 1024,
  });
  announce((await server.listen({ host: '127.0.0.1', port: 0 })).port);
}

function announce(port: number): void {
  process.send?.({ port });
}

process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
if (transport === 'uws') await serveUws();
else serveNode();
