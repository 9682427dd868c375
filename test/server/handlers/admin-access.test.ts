/** Who may use the admin endpoints: every combination of address, key and configuration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdminAccess } from '../../../src/server/handlers/admin-access.js';
import type { Exchange } from '../../../src/server/transport/contract.js';

const KEY = 'admin-key-1';

interface Access {
  readonly story: string;
  readonly key?: string;
  readonly blocks?: readonly string[];
  readonly address?: string;
  readonly authorization?: string;
  readonly status: number;
}

const FROM_V4 = '192.0.2.7';
const FROM_V6 = '2001:db8::7';

const ACCESSES: readonly Access[] = [
  { story: 'no key where none is asked for', status: 200 },
  { story: 'any key where none is asked for', authorization: 'Bearer whatever', status: 200 },
  { story: 'no key', key: KEY, status: 401 },
  { story: 'another key of the same length', key: KEY, authorization: 'Bearer admin-key-2', status: 401 },
  { story: 'the beginning of the key', key: KEY, authorization: 'Bearer admin-key', status: 401 },
  { story: 'more than the key', key: KEY, authorization: `Bearer ${KEY}0`, status: 401 },
  { story: 'the key in another scheme', key: KEY, authorization: `Basic ${KEY}`, status: 401 },
  { story: 'the key without a scheme', key: KEY, authorization: KEY, status: 401 },
  { story: 'an empty key', key: KEY, authorization: 'Bearer ', status: 401 },
  { story: 'the key', key: KEY, authorization: `Bearer ${KEY}`, status: 200 },
  { story: 'the key and a scheme in small letters', key: KEY, authorization: `bearer ${KEY}`, status: 200 },
  { story: 'a listed address', blocks: ['10.0.0.0/8', FROM_V4], status: 200 },
  { story: 'a listed block', blocks: ['192.0.2.0/24'], status: 200 },
  { story: 'a listed block of everything', blocks: ['0.0.0.0/0'], status: 200 },
  { story: 'a block listed as IPv6 that maps IPv4', blocks: ['::ffff:192.0.2.0/120'], status: 200 },
  { story: 'an address beside the block', blocks: ['192.0.2.0/30'], status: 403 },
  { story: 'an IPv4 address where all of IPv6 is listed', blocks: ['2001:db8::/32', 'fe80::1%eth0'], status: 403 },
  { story: 'a listed IPv6 address', blocks: [FROM_V6], address: FROM_V6, status: 200 },
  { story: 'a listed IPv6 address in another spelling', blocks: ['2001:DB8:0:0::7'], address: FROM_V6, status: 200 },
  { story: 'a listed IPv6 block', blocks: ['2001:db8::/32'], address: FROM_V6, status: 200 },
  {
    story: 'a link-local address, whatever the interface',
    blocks: ['fe80::/10'],
    address: 'fe80::1%eth0',
    status: 200,
  },
  { story: 'an IPv6 address where all of IPv4 is listed', blocks: ['0.0.0.0/0'], address: FROM_V6, status: 403 },
  { story: 'an address that is not known', blocks: ['0.0.0.0/0', '::/0'], address: '', status: 403 },
  {
    story: 'the key from another address',
    key: KEY,
    blocks: ['10.0.0.0/8'],
    authorization: `Bearer ${KEY}`,
    status: 403,
  },
  { story: 'a listed address without the key', key: KEY, blocks: ['192.0.2.0/24'], status: 401 },
  {
    story: 'a listed address with the key',
    key: KEY,
    blocks: ['192.0.2.0/24'],
    authorization: `Bearer ${KEY}`,
    status: 200,
  },
];

for (const { story, key = null, blocks = [], address = FROM_V4, authorization, status } of ACCESSES) {
  test(`${story}: ${status}`, () => {
    let answered = 0;
    const exchange: Partial<Exchange> = {
      remoteAddress: () => address,
      header: (name) => (name === 'authorization' ? authorization : undefined),
      respond: (given) => {
        answered = given;
      },
    };
    const access = new AdminAccess({ enabled: true, api_key: key, allowed_ips: blocks });
    access.guard((admitted) => admitted.respond(200, [], new Uint8Array()))(exchange as Exchange);
    assert.equal(answered, status);
  });
}
