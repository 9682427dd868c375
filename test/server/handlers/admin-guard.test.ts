/** The door of the admin API: what the log says of those who were turned away, and when an open door is worth a warning. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminExposure } from '../../../src/server/handlers/admin-exposure.js';
import { AdminGuard } from '../../../src/server/handlers/admin-guard.js';
import type { Exchange } from '../../../src/server/transport/contract.js';

const CONFIGURATION = { enabled: true, api_key: 'admin-key-1', allowed_ips: [], trusted_proxies: [] };

test('failed attempts are logged without the key, a line a second, and none is forgotten', () => {
  const lines: object[] = [];
  let nowUs = 0;
  const guard = new AdminGuard({
    configuration: CONFIGURATION,
    clock: { nowUs: () => nowUs },
    logger: { warn: (line: object) => void lines.push(line) },
  });
  const exchange: Partial<Exchange> = {
    remoteAddress: () => '192.0.2.7',
    header: (name) => (name === 'authorization' ? 'Bearer guess-1' : undefined),
    respond: () => {},
  };
  const attempt = guard.guard(() => assert.fail('let in'));
  for (; nowUs < 2_500_000; nowUs += 1_000) attempt(exchange as Exchange);
  assert.deepEqual(lines, [
    { address: '192.0.2.7', code: 'invalid_api_key', others: undefined },
    { address: '192.0.2.7', code: 'invalid_api_key', others: 999 },
    { address: '192.0.2.7', code: 'invalid_api_key', others: 999 },
  ]);
});

const OPEN = { ...CONFIGURATION, api_key: null };

test('an admin API that is open to the network is worth a warning', () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.7', '2001:db8::7', 'simulator.example'])
    assert.ok(adminExposure(OPEN, host)?.includes(host), host);
  for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost', '::ffff:127.0.0.1'])
    assert.equal(adminExposure(OPEN, host), undefined, host);
  assert.equal(adminExposure(CONFIGURATION, '0.0.0.0'), undefined, 'a key is asked for');
  assert.equal(adminExposure({ ...OPEN, allowed_ips: ['10.0.0.0/8'] }, '0.0.0.0'), undefined, 'addresses are listed');
  assert.equal(adminExposure({ ...OPEN, enabled: false }, '0.0.0.0'), undefined, 'there is none');
});
