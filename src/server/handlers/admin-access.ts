/**
 * Who may use the /admin endpoints: first the peer's address is looked at, as the socket has it (never a forwarding header, which anybody
 * can write), then the key. Keys are compared by their hashes in constant time, so that answers do not tell how much of a guess is right.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIPv6 } from 'node:net';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { bearerKeyOf } from '../../providers/bearer-key.js';
import type { LocalHandler } from '../routes.js';
import type { Exchange } from '../transport/contract.js';
import { respondJson } from './json-reply.js';

type AdminConfiguration = ConfigurationSnapshot['configuration']['admin'];

const CHALLENGE = ['www-authenticate', 'Bearer realm="llm-simulator admin"'];

export class AdminAccess {
  readonly #keyHash: Buffer | undefined;
  /** Undefined when every address may. */
  readonly #addresses: BlockList | undefined;

  constructor({ api_key: key, allowed_ips: blocks }: AdminConfiguration) {
    this.#keyHash = key === null ? undefined : hashOf(key);
    this.#addresses = blocks.length === 0 ? undefined : listOf(blocks);
  }

  /** The handler behind the checks: 403 for a wrong address, 401 for a missing or wrong key. */
  guard(handler: LocalHandler): LocalHandler {
    return (exchange) => {
      if (!this.#isAllowedAddress(exchange.remoteAddress())) {
        refuse(exchange, 403, 'permission_error', 'ip_not_allowed', 'This address may not use the admin API.');
      } else if (!this.#hasKey(exchange)) {
        const message = 'The admin API asks for its key: Authorization: Bearer <admin.api_key>.';
        refuse(exchange, 401, 'authentication_error', 'invalid_api_key', message);
      } else handler(exchange);
    };
  }

  #hasKey(exchange: Exchange): boolean {
    if (this.#keyHash === undefined) return true;
    const key = bearerKeyOf({ header: (name) => exchange.header(name) });
    return key !== undefined && timingSafeEqual(hashOf(key), this.#keyHash);
  }

  #isAllowedAddress(address: string): boolean {
    if (this.#addresses === undefined) return true;
    if (address === '') return false;
    if (isIPv6(address)) return this.#addresses.check(withoutZone(address), 'ipv6');
    // A block may be written as IPv4 or as IPv6 that maps it.
    return this.#addresses.check(address, 'ipv4') || this.#addresses.check(`::ffff:${address}`, 'ipv6');
  }
}

/** Expects what the configuration's check has let through: addresses and CIDR blocks. */
function listOf(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [text, bits] = block.split('/');
    const address = withoutZone(text);
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** `fe80::1%eth0` without its interface. */
function withoutZone(address: string): string {
  return address.split('%')[0];
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function refuse(exchange: Exchange, status: 401 | 403, type: string, code: string, message: string): void {
  respondJson(exchange, status, { error: { message, type, param: null, code } }, status === 401 ? CHALLENGE : []);
}
