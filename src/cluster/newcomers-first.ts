/**
 * Bounds the connections of a server so that a new one always gets in: above the limit the one that was used least lately is closed, of
 * those without a request where there are any. Node's own `maxConnections` drops the new one instead, so that whoever opens as many and
 * says nothing has the port to himself until their time is up.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export function letNewcomersIn(server: Server, connectionsMax: number): void {
  /** Those used last come last. */
  const idle = new Set<Socket>();
  const busy = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (idle.size + busy.size >= connectionsMax) closeFirst(idle.size > 0 ? idle : busy);
    idle.add(socket);
    socket.once('close', () => {
      idle.delete(socket);
      busy.delete(socket);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    busy.add(socket);
    response.once('close', () => {
      if (busy.delete(socket) && !socket.destroyed) idle.add(socket);
    });
  });
}

/** Out of the set at once: its close comes later than further connections may. */
function closeFirst(sockets: Set<Socket>): void {
  const first = sockets.values().next().value as Socket;
  sockets.delete(first);
  first.destroy();
}
