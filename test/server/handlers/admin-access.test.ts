/** Who may use the admin endpoints: every combination of address, key and configuration. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AdminAccess } from '../../../src/server/handlers/admin-access.js';

const KEY = 'admin-key-1';

interface Access {
  readonly story: string;
  readonly key?: string;
  readonly blocks?: readonly string[];
  readonly proxies?: readonly string[];
  readonly address?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly status: number;
}

const FROM_V4 = '192.0.2.7';
const FROM_V6 = '2001:db8::7';

const ACCESSES: readonly Access[] = [
  { story: 'no key where none is asked for', status: 200 },
  { story: 'any key where none is asked for', headers: { authorization: 'Bearer whatever' }, status: 200 },
  { story: 'no key', key: KEY, status: 401 },
  { story: 'another key of the same length', key: KEY, headers: { authorization: 'Bearer admin-key-2' }, status: 401 },
  { story: 'the beginning of the key', key: KEY, headers: { authorization: 'Bearer admin-key' }, status: 401 },
  { story: 'more than the key', key: KEY, headers: { authorization: `Bearer ${KEY}0` }, status: 401 },
  { story: 'the key in another scheme', key: KEY, headers: { authorization: `Basic ${KEY}` }, status: 401 },
  { story: 'the key without a scheme', key: KEY, headers: { authorization: KEY }, status: 401 },
  { story: 'an empty key', key: KEY, headers: { authorization: 'Bearer ' }, status: 401 },
  { story: 'the key', key: KEY, headers: { authorization: `Bearer ${KEY}` }, status: 200 },
  { story: 'the key as x-api-key', key: KEY, headers: { 'x-api-key': KEY }, status: 200 },
  { story: 'another key as x-api-key', key: KEY, headers: { 'x-api-key': 'admin-key-2' }, status: 401 },
  {
    story: 'the key and a scheme in small letters',
    key: KEY,
    headers: { authorization: `bearer ${KEY}` },
    status: 200,
  },
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
  { story: 'everybody, by /0 of IPv6', blocks: ['::/0'], address: FROM_V6, status: 200 },
  { story: 'an IPv4 address, which /0 of IPv6 maps', blocks: ['::/0'], status: 200 },
  {
    story: 'an IPv4 peer as a dual-stack socket writes it',
    blocks: [FROM_V4],
    address: `::ffff:${FROM_V4}`,
    status: 200,
  },
  { story: 'a mapped IPv4 peer in hexadecimal', blocks: ['192.0.2.0/24'], address: '::ffff:c000:207', status: 200 },
  { story: 'one address by /128', blocks: ['2001:db8::7/128'], address: FROM_V6, status: 200 },
  { story: 'the neighbour of a /128', blocks: ['2001:db8::6/128'], address: FROM_V6, status: 403 },
  { story: 'one address by /32', blocks: [`${FROM_V4}/32`], status: 200 },
  { story: 'the neighbour of a /32', blocks: ['192.0.2.6/32'], status: 403 },
  { story: 'a block with bits of the host', blocks: ['192.0.2.200/24'], status: 200 },
  { story: 'what is no address', blocks: ['0.0.0.0/0'], address: 'localhost', status: 403 },
  { story: 'an IPv6 address where all of IPv4 is listed', blocks: ['0.0.0.0/0'], address: FROM_V6, status: 403 },
  { story: 'an address that is not known', blocks: ['0.0.0.0/0', '::/0'], address: '', status: 403 },
  {
    story: 'the key from another address',
    key: KEY,
    blocks: ['10.0.0.0/8'],
    headers: { authorization: `Bearer ${KEY}` },
    status: 403,
  },
  { story: 'a listed address without the key', key: KEY, blocks: ['192.0.2.0/24'], status: 401 },
  {
    story: 'a listed address with the key',
    key: KEY,
    blocks: ['192.0.2.0/24'],
    headers: { authorization: `Bearer ${KEY}` },
    status: 200,
  },
];

const STATUSES = { ip_not_allowed: 403, invalid_api_key: 401 } as const;

function statusOf({ key, blocks = [], proxies = [], address = FROM_V4, headers = {} }: Access): number {
  const access = new AdminAccess({
    enabled: true,
    api_key: key ?? null,
    allowed_ips: blocks,
    trusted_proxies: proxies,
  });
  const code = access.refusalOf({ remoteAddress: () => address, header: (name) => headers[name] });
  return code === undefined ? 200 : STATUSES[code];
}

for (const access of ACCESSES) {
  test(`${access.story}: ${access.status}`, () => assert.equal(statusOf(access), access.status));
}

/** The peer is 10.0.0.1, a proxy of 10.0.0.0/8, which may be trusted; 203.0.113.0/24 and 2001:db8::/32 may use the API. */
const FORWARDED: readonly { story: string; headers: { [name: string]: string }; proxies?: string[]; status: number }[] =
  [
    { story: 'the client that a trusted proxy names', headers: { 'x-forwarded-for': '203.0.113.5' }, status: 200 },
    {
      story: 'the same from a proxy that is not trusted',
      headers: { 'x-forwarded-for': '203.0.113.5' },
      proxies: [],
      status: 403,
    },
    {
      story: 'the same where other proxies are trusted',
      headers: { 'x-forwarded-for': '203.0.113.5' },
      proxies: ['10.0.0.2'],
      status: 403,
    },
    {
      story: 'a client that writes an allowed address before its own',
      headers: { 'x-forwarded-for': '203.0.113.5, 198.51.100.1' },
      status: 403,
    },
    {
      story: 'an allowed client that writes another address before its own',
      headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.5' },
      status: 200,
    },
    {
      story: 'a client behind a chain of trusted proxies',
      headers: { 'x-forwarded-for': '203.0.113.5,10.7.7.7 , 10.0.0.2' },
      status: 200,
    },
    {
      story: 'a client whose address is allowed, behind a proxy that is not trusted',
      headers: { 'x-forwarded-for': '203.0.113.5, 192.0.2.1, 10.0.0.2' },
      status: 403,
    },
    { story: 'a trusted proxy that speaks for itself, and is not allowed', headers: {}, status: 403 },
    { story: 'an IPv4 client with its port', headers: { 'x-forwarded-for': '203.0.113.5:4711' }, status: 200 },
    { story: 'an IPv6 client', headers: { 'x-forwarded-for': '2001:DB8::5' }, status: 200 },
    {
      story: 'an IPv6 client in brackets with its port',
      headers: { 'x-forwarded-for': '[2001:db8::5]:4711' },
      status: 200,
    },
    { story: 'an IPv4 client written as IPv6', headers: { 'x-forwarded-for': '::ffff:203.0.113.5' }, status: 200 },
    { story: 'a malformed entry in the client’s place', headers: { 'x-forwarded-for': 'unknown' }, status: 403 },
    { story: 'a malformed entry anywhere', headers: { 'x-forwarded-for': '203.0.113.256, 203.0.113.5' }, status: 403 },
    { story: 'an empty entry', headers: { 'x-forwarded-for': '203.0.113.5,' }, status: 403 },
    { story: 'an empty header', headers: { 'x-forwarded-for': '' }, status: 403 },
    { story: 'octal-looking numbers', headers: { 'x-forwarded-for': '0313.0.113.5' }, status: 403 },
    {
      story: 'a list longer than any chain',
      headers: { 'x-forwarded-for': Array(65).fill('203.0.113.5').join(',') },
      status: 403,
    },
    { story: 'Forwarded', headers: { forwarded: 'for=203.0.113.5;proto=https;by=10.0.0.1' }, status: 200 },
    {
      story: 'Forwarded with other parameters first, and capitals',
      headers: { forwarded: 'Proto=https; For="203.0.113.5:80"' },
      status: 200,
    },
    { story: 'Forwarded with IPv6', headers: { forwarded: 'for="[2001:db8::5]:4711"' }, status: 200 },
    { story: 'Forwarded through a chain', headers: { forwarded: 'for=203.0.113.5, for=10.0.0.2' }, status: 200 },
    {
      story: 'Forwarded whose last client is another',
      headers: { forwarded: 'for=203.0.113.5, for=198.51.100.1' },
      status: 403,
    },
    { story: 'Forwarded with an obfuscated client', headers: { forwarded: 'for=_hidden' }, status: 403 },
    {
      story: 'Forwarded with an element that names no client',
      headers: { forwarded: 'for=203.0.113.5, proto=https' },
      status: 403,
    },
    {
      story: 'Forwarded that names two clients in one element',
      headers: { forwarded: 'for=203.0.113.5;for=10.0.0.2' },
      status: 403,
    },
    {
      story: 'both headers, which agree',
      headers: { forwarded: 'for=203.0.113.5', 'x-forwarded-for': '203.0.113.5' },
      status: 200,
    },
    {
      story: 'a Forwarded of the client’s own, passed on beside the proxy’s header',
      headers: { forwarded: 'for=203.0.113.5', 'x-forwarded-for': '198.51.100.1' },
      status: 403,
    },
    {
      story: 'an X-Forwarded-For of the client’s own, passed on beside the proxy’s header',
      headers: { forwarded: 'for=198.51.100.1', 'x-forwarded-for': '203.0.113.5' },
      status: 403,
    },
    {
      story: 'other headers that name an address',
      headers: { 'x-real-ip': '203.0.113.5', 'cf-connecting-ip': '203.0.113.5' },
      status: 403,
    },
  ];

describe('behind a proxy', () => {
  test('a trusted proxy speaks for itself where it names nobody', () => {
    const access = { story: '', blocks: ['10.0.0.1'], proxies: ['10.0.0.0/8'], address: '10.0.0.1', status: 200 };
    assert.equal(statusOf(access), 200);
    assert.equal(statusOf({ ...access, headers: { 'x-forwarded-for': '10.0.0.2' } }), 403, 'and for whom it names');
  });

  for (const { story, headers, proxies = ['10.0.0.0/8'], status } of FORWARDED) {
    test(`${story}: ${status}`, () => {
      const blocks = ['203.0.113.0/24', '2001:db8::/32'];
      assert.equal(statusOf({ story, blocks, proxies, address: '10.0.0.1', headers, status }), status);
    });
  }

  test('a proxy may be known by an IPv6 block', () => {
    const access = {
      story: '',
      blocks: ['203.0.113.5'],
      proxies: ['fd00::/8'],
      address: 'fd00::1',
      headers: { 'x-forwarded-for': '203.0.113.5, fd00::2' },
      status: 200,
    };
    assert.equal(statusOf(access), 200);
    assert.equal(statusOf({ ...access, address: 'fe80::1' }), 403);
  });
});
