/**
 * Finds out before anything is forked whether the port can be had, and which one port 0 means. Acceptors that share a port by
 * SO_REUSEPORT would not notice that a stranger has it: the kernel would deal out connections between both.
 */
import { createServer } from 'node:net';
import type { ListenAddress } from '../server/transport/contract.js';
import { listenFailure } from '../server/transport/listen-failure.js';

/** The address with its real port, which is free again when this resolves. Rejects with PORT_IN_USE or PORT_NOT_PERMITTED. */
export function probePort(address: ListenAddress): Promise<ListenAddress> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFailure(error, address)));
    server.listen({ host: address.host, port: address.port, exclusive: true }, () => {
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
      server.close(() => resolve({ host: address.host, port }));
    });
  });
}
