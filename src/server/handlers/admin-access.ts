/**
 * Who may use the /admin endpoints: first the client's address is looked at (the socket's peer, or whom a trusted proxy speaks for), then
 * the key. Keys are compared by their hashes in constant time, so that answers do not tell how much of a guess is right.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { bearerKeyOf } from '../../providers/bearer-key.js';
import type { Exchange } from '../transport/contract.js';
import { AddressList } from './address-list.js';
import { clientAddressOf } from './client-address.js';

type AdminConfiguration = ConfigurationSnapshot['configuration']['admin'];

/** What access is decided by. */
export type AdminRequest = Pick<Exchange, 'header' | 'remoteAddress'>;

export type AccessRefusal = 'ip_not_allowed' | 'invalid_api_key';

export class AdminAccess {
  readonly #keyHash: Buffer | undefined;
  /** Undefined when every address may. */
  readonly #addresses: AddressList | undefined;
  /** Undefined when no proxy's word counts. */
  readonly #proxies: AddressList | undefined;

  constructor({ api_key: key, allowed_ips: allowed, trusted_proxies: proxies }: AdminConfiguration) {
    this.#keyHash = key === null ? undefined : hashOf(key);
    this.#addresses = listOf(allowed);
    this.#proxies = listOf(proxies);
  }

  /** Undefined for a request that may pass. */
  refusalOf(request: AdminRequest): AccessRefusal | undefined {
    if (!this.#isAllowedAddress(request)) return 'ip_not_allowed';
    return this.#hasKey(request) ? undefined : 'invalid_api_key';
  }

  /** For the log: the client, where it can be told, else the peer. */
  addressOf(request: AdminRequest): string {
    return clientAddressOf(request, this.#proxies) ?? request.remoteAddress();
  }

  #isAllowedAddress(request: AdminRequest): boolean {
    if (this.#addresses === undefined) return true;
    const address = clientAddressOf(request, this.#proxies);
    return address !== undefined && this.#addresses.has(address);
  }

  #hasKey(request: AdminRequest): boolean {
    if (this.#keyHash === undefined) return true;
    const key = bearerKeyOf({ header: (name) => request.header(name) }) ?? request.header('x-api-key');
    return key !== undefined && timingSafeEqual(hashOf(key), this.#keyHash);
  }
}

function listOf(blocks: readonly string[]): AddressList | undefined {
  return blocks.length === 0 ? undefined : new AddressList(blocks);
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
