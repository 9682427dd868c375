/**
 * Whose request it is where proxies stand between: a peer that is a trusted proxy is asked whom it speaks for, anybody else speaks for
 * itself, whatever its headers say. Each proxy writes its own peer at the end of the list, so the list is read from there:
 *
 *   X-Forwarded-For: 10.9.9.9, 203.0.113.5, 10.0.0.2      trusted 10.0.0.0/8  ──▶ 203.0.113.5: what stands before it is only its own word
 *
 * Invariants: an untrusted peer's headers are never read; one entry that is no address makes the whole request nobody's.
 */
import { isIP } from 'node:net';
import type { Exchange } from '../transport/contract.js';
import { unmapIpv4 } from '../transport/remote-address.js';
import type { AddressList } from './address-list.js';

/** More proxies than any chain has; a longer list is refused unread. */
const ENTRIES_MAX = 64;

/** `203.0.113.5`, `203.0.113.5:4711`, `2001:db8::5`, `[2001:db8::5]`, `[2001:db8::5]:4711`: what proxies write. */
const WITH_BRACKETS = /^\[([^\]]+)\](?::\d{1,5})?$/;
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/;
/** A `for` of RFC 7239 among the pairs of an element; its value a token or a quoted string. */
const FOR_PAIR = /^\s*for\s*=\s*(?:"([^"\\]*)"|([^\s"=,;]+))\s*$/i;

type Request = Pick<Exchange, 'header' | 'remoteAddress'>;

/**
 * The client's address; undefined where it cannot be told: the peer's is not known, a trusted proxy's header is malformed, or
 * X-Forwarded-For and Forwarded name different clients (then one of them is not the proxy's).
 * @param proxies whose word counts; undefined for nobody's
 */
export function clientAddressOf(request: Request, proxies: AddressList | undefined): string | undefined {
  const peer = request.remoteAddress();
  if (peer === '') return undefined;
  if (proxies === undefined || !proxies.has(peer)) return peer;
  const named = [entriesOfList(request.header('x-forwarded-for')), entriesOfForwarded(request.header('forwarded'))]
    .filter((entries) => entries !== undefined)
    .map((entries) => clientOf(entries, proxies));
  const [client = peer, other = client] = named;
  if (named.includes(undefined) || client !== other) return undefined;
  return client;
}

/** The last that is no trusted proxy, or the first where all are; undefined where one of them is no address. */
function clientOf(entries: readonly string[], proxies: AddressList): string | undefined {
  if (entries.length > ENTRIES_MAX) return undefined;
  const addresses = entries.map(addressOf);
  if (addresses.includes(undefined)) return undefined;
  return addresses.findLast((address) => !proxies.has(address as string)) ?? addresses[0];
}

function entriesOfList(value: string | undefined): readonly string[] | undefined {
  return value?.split(',');
}

/** The `for` of every element; an element without exactly one gives an entry that is no address. */
function entriesOfForwarded(value: string | undefined): readonly string[] | undefined {
  return value?.split(',').map((element) => {
    const found = element.split(';').flatMap((pair) => {
      const [, quoted, token] = FOR_PAIR.exec(pair) ?? [];
      return quoted ?? token ?? [];
    });
    return found.length === 1 ? found[0] : '';
  });
}

/** In the spelling in which a peer's address comes. */
function addressOf(entry: string): string | undefined {
  const text = entry.trim();
  const bare = WITH_BRACKETS.exec(text)?.[1] ?? IPV4_WITH_PORT.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : unmapIpv4(bare.toLowerCase());
}
