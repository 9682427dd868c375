/**
 * TLS for the sockets of a node:http server, without node:https: the server stays the one that serves plain connections, with its time
 * limits from the first byte of a handshake on, and each TLS socket's own TCP socket stays at hand, because RST is its matter alone.
 *
 *   TCP socket ─▶ secure() ─▶ TLS socket ─▶ node:http's listener for connections
 *
 * A certificate that is renewed serves the connections that are accepted from then on.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { CertificateFiles } from './contract.js';

/** What a client that offers HTTP/2 as well is told to speak, as a list of one (RFC 7301, section 3.1): length and name. */
const ALPN_PROTOCOLS = Buffer.from('\x08http/1.1', 'latin1');

export class TlsSockets {
  private context: SecureContext;
  private readonly highWaterMark: number;

  /** @throws when the files cannot be read or hold no certificate with its key */
  constructor(files: CertificateFiles, highWaterMark: number) {
    this.context = contextOf(files);
    this.highWaterMark = highWaterMark;
  }

  /** @throws as the constructor; the certificate stays what it was then */
  renew(files: CertificateFiles): void {
    this.context = contextOf(files);
  }

  /** Has the server see the TLS sockets in place of the TCP sockets. @param onConnection after the server itself has seen it */
  attach(server: Server, onConnection: (socket: Socket, tcp: Socket) => void): void {
    const listeners = server.listeners('connection');
    server.removeAllListeners('connection');
    server.on('connection', (tcp: Socket) => {
      const socket = this.secure(tcp);
      for (const listener of listeners) listener.call(server, socket);
      onConnection(socket, tcp);
    });
  }

  private secure(tcp: Socket): TLSSocket {
    return new TLSSocket(tcp, {
      isServer: true,
      secureContext: this.context,
      ALPNProtocols: ALPN_PROTOCOLS,
      // Taken by the constructor and missing in its types.
      ...{ highWaterMark: this.highWaterMark },
    });
  }
}

function contextOf({ certFile, keyFile }: CertificateFiles): SecureContext {
  return createSecureContext({ cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' });
}
