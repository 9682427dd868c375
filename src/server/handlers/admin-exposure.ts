/** Whether anybody who reaches the server may steer it, said where somebody who starts it will see it. */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { AddressList } from './address-list.js';

const LOOPBACK = new AddressList(['127.0.0.0/8', '::1']);

/**
 * The warning in words; undefined where the admin API is off, asks for a key or an address, or is reached from this machine only.
 * @param host what the server listens on: an address or a name
 */
export function adminExposure(
  { enabled, api_key: key, allowed_ips: allowed }: ConfigurationSnapshot['configuration']['admin'],
  host: string,
): string | undefined {
  if (!enabled || key !== null || allowed.length > 0 || isLoopback(host)) return undefined;
  return (
    `the admin API is open to everybody who reaches ${host}: set admin.api_key or admin.allowed_ips, ` +
    'or admin.enabled: false'
  );
}

function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || LOOPBACK.has(host);
}
