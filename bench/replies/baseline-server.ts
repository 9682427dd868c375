/**
 * The server that replies are compared with: node:http that parses a JSON body and answers with as many bytes as it is told, ready-made.
 * Nothing that simulates can be faster on the same transport.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const replyBytes = Number(process.argv[2]);
/** Larger bodies than the bench sends are an error of the bench. */
const BODY_BYTES_MAX = 1_000_000;

const reply = Buffer.from(JSON.stringify({ text: 'x'.repeat(Math.max(0, replyBytes - '{"text":""}'.length)) }));
const headers = { 'content-type': 'application/json', 'content-length': reply.length };

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

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
