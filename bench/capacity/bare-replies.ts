/**
 * The yardstick of whole replies, a process of its own: the simulator's own transport with a handler that parses the body as JSON and
 * answers as many ready-made bytes as it is told. The transport is the compiled one that the simulator runs on.
 */
import type { Exchange, RequestHandler, TransportName } from '../../src/server/transport/contract.js';

/** The process's argument, as JSON. */
export interface BareRepliesOptions {
  readonly transport: TransportName;
  readonly replyBytes: number;
}

const CONNECTIONS_MAX = 1_000;
const HEADERS = ['content-type', 'application/json'];

class ConstantHandler implements RequestHandler {
  readonly #reply: Buffer;

  constructor(replyBytes: number) {
    this.#reply = Buffer.from(JSON.stringify({ text: 'x'.repeat(Math.max(0, replyBytes - '{"text":""}'.length)) }));
  }

  onRequest(exchange: Exchange): void {
    if (exchange.problem === undefined) JSON.parse(Buffer.concat(exchange.body).toString());
    exchange.respond(exchange.problem === undefined ? 200 : 503, HEADERS, this.#reply);
  }

  onWritable(): void {}

  onClose(): void {}
}

async function serveBare({ transport, replyBytes }: BareRepliesOptions): Promise<void> {
  const compiled = new URL('../../dist/src/server/transport/select.js', import.meta.url);
  const { selectTransport } = (await import(compiled.href)) as typeof import('../../src/server/transport/select.js');
  const { create } = await selectTransport(transport);
  const server = create({
    limits: {
      bodyBytesMax: 1024 * 1024,
      headerBytesMax: 16 * 1024,
      connectionsMax: CONNECTIONS_MAX,
      connectionsOfAddressMax: 0,
      requestReceiveTimeoutMs: 30_000,
      keepAliveTimeoutMs: 65_000,
    },
    handler: new ConstantHandler(replyBytes),
    frameBytesMax: 64 * 1024,
  });
  process.send?.({ port: (await server.listen({ host: '127.0.0.1', port: 0 })).port });
}

process.on('disconnect', () => process.exit());
await serveBare(JSON.parse(process.argv[2]!) as BareRepliesOptions);
