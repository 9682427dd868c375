/** One acceptor's part of the limits that the configuration sets for a node. */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { STREAM_TABLE_CAPACITY_MAX } from '../runtime/stream-table.js';
import type { CertificateFiles, TransportLimits } from './transport/contract.js';

/** How much more than its even share one of several acceptors may get. */
const UNEVENNESS = 1.25;

/** @param processes how many acceptors share the limit of connections */
export function transportLimits({ configuration }: ConfigurationSnapshot, processes: number): TransportLimits {
  const { server } = configuration;
  return {
    bodyBytesMax: server.max_body_bytes,
    headerBytesMax: server.max_header_bytes,
    connectionsMax: share(server.max_connections, processes),
    connectionsOfAddressMax: share(server.max_connections_per_ip, processes),
    requestReceiveTimeoutMs: server.receive_timeout_secs * 1_000,
    keepAliveTimeoutMs: server.keep_alive_timeout_secs * 1_000,
  };
}

/** What one of the acceptors takes in of requests. */
export interface RequestLimits {
  /** Served at a time. */
  readonly placesMax: number;
  /** Waiting for a place; 0 has none wait. */
  readonly waitingMax: number;
  /** Of the bodies of those that wait. */
  readonly waitingBytesMax: number;
}

/** Both together fit the table of streams: there are no connections for more. */
export function requestLimits({ configuration }: ConfigurationSnapshot, processes: number): RequestLimits {
  const { max_concurrent_requests, max_queue_bytes, queue_size } = configuration.simulation.concurrency;
  const placesMax = share(max_concurrent_requests, processes);
  return {
    placesMax,
    waitingMax: Math.min(share(queue_size, processes), STREAM_TABLE_CAPACITY_MAX - placesMax),
    waitingBytesMax: share(max_queue_bytes, processes),
  };
}

/**
 * The kernel deals connections out unevenly (within some ten percent), so each of several acceptors takes a quarter more than its share:
 * nobody is refused below the limit, and the node may admit up to a quarter above it.
 */
function share(limit: number, processes: number): number {
  return processes === 1 ? limit : Math.ceil((limit / processes) * UNEVENNESS);
}

/** What the port speaks TLS with; undefined for plain HTTP. */
export function certificateFiles({ configuration }: ConfigurationSnapshot): CertificateFiles | undefined {
  const { cert, enabled, key } = configuration.server.tls;
  return enabled && cert !== null && key !== null ? { certFile: cert, keyFile: key } : undefined;
}
