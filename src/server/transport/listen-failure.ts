/** Turns the operating system's reason for refusing a listener into a Failure that says what to do. */
import { Failure } from '../../kernel/failure.js';
import type { ListenAddress } from './contract.js';

/** Host and port as a person writes them: `127.0.0.1:8080`, `[::1]:8080`. */
export function formatAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** @param cause what net.Server emitted: EADDRINUSE, EACCES, EADDRNOTAVAIL, ENOTFOUND, … */
export function listenFailure(cause: NodeJS.ErrnoException, address: ListenAddress): Failure {
  const where = formatAddress(address);
  switch (cause.code) {
    case 'EADDRINUSE':
      return new Failure('PORT_IN_USE', `port ${address.port} is in use: cannot listen on ${where}`, {
        hint: `stop the process that listens there (\`ss -ltnp 'sport = :${address.port}'\` shows it), or choose another port; 0 takes a free one`,
        cause,
      });
    case 'EACCES':
    case 'EPERM':
      return new Failure('PORT_NOT_PERMITTED', `not permitted to listen on ${where}`, {
        hint: `ports below 1024 need privileges: choose a higher port than ${address.port}, or grant CAP_NET_BIND_SERVICE`,
        cause,
      });
    default:
      return new Failure('START_FAILED', `cannot listen on ${where}: ${cause.message}`, {
        hint: 'the host must be an address of this machine: 127.0.0.1 for local use, 0.0.0.0 or :: for every interface',
        cause,
      });
  }
}
