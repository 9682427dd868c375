/** Peer addresses in one spelling, whichever transport and listener they come from. */
import { SocketAddress } from 'node:net';

const MAPPED_IPV4_PREFIX = '::ffff:';

/**
 * `::ffff:192.0.2.1`, as a dual-stack listener reports an IPv4 peer, becomes `192.0.2.1`, without the zone that an IPv6 address may have;
 * anything else stays as it is.
 */
export function unmapIpv4(address: string): string {
  return address.startsWith(MAPPED_IPV4_PREFIX) && address.includes('.')
    ? address.slice(MAPPED_IPV4_PREFIX.length).replace(/%.*$/, '')
    : address;
}

/** The text form of an address in network byte order: 4 bytes of IPv4 or 16 of IPv6 (RFC 5952); empty for anything else. */
export function formatRemoteAddress(bytes: Uint8Array): string {
  if (bytes.byteLength === 4) return bytes.join('.');
  if (bytes.byteLength !== 16) return '';
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bytes[index * 2]! << 8) | bytes[index * 2 + 1]!).toString(16),
  );
  return unmapIpv4(new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address);
}
