import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Failure } from '../../../src/kernel/failure.js';
import { selectTransport } from '../../../src/server/transport/select.js';
import { currentPlatform, explainLoadFailure, type PlatformFacts } from '../../../src/server/transport/uws.js';

const DEBIAN_12: PlatformFacts = { platform: 'linux', arch: 'x64', nodeVersion: '20.20.2', glibcVersion: '2.36' };
const UWS_MESSAGE =
  'This version of uWS.js (v20.57.0) supports only Node.js versions 20, 22, 24 and 25 on (glibc) Linux\n\nError: ';

describe('choice of the transport', () => {
  test('node is node, without a look at anything else', async () => {
    assert.equal((await selectTransport('node')).name, 'node');
  });

  test('auto takes uws where it loads, else node, and says why; uws by name is taken or refused', async () => {
    const auto = await selectTransport('auto');
    const named = await selectTransport('uws').catch((error: unknown) => error);
    if (auto.name === 'uws') assert.equal((named as typeof auto).name, 'uws');
    else {
      assert.ok(named instanceof Failure);
      assert.equal(named.code, 'TRANSPORT_UNAVAILABLE');
      assert.equal(named.message, auto.reason);
      assert.match(named.hint, /server\.transport/);
    }
    assert.match(auto.reason, /^uWebSockets\.js .*[^.]$/);
  });

  test('loading leaves the environment as it was', async () => {
    const before = { ...process.env };
    await selectTransport('auto');
    assert.deepEqual({ ...process.env }, before);
  });

  const reasons: [string, string, Partial<PlatformFacts>, RegExp][] = [
    [
      'an older glibc',
      `${UWS_MESSAGE}/lib/libc.so.6: version \`GLIBC_2.38' not found (required by uws_linux_x64_115.node)`,
      {},
      /does not load here: needs glibc 2\.38, this system has 2\.36$/,
    ],
    [
      'another C library',
      `${UWS_MESSAGE}ld-linux-x86-64.so.2: not found`,
      { glibcVersion: undefined },
      /needs glibc, .*musl/,
    ],
    [
      'a Node without a build',
      `${UWS_MESSAGE}Error: Cannot find module './uws_linux_x64_131.node'\nRequire stack:\n- uws.js`,
      { nodeVersion: '23.1.0' },
      /has no build for Node 23\.1\.0 on linux x64$/,
    ],
    ['its absence', "Cannot find module 'uWebSockets.js'\nRequire stack:\n- uws.ts", {}, /is not installed/],
    ['anything else', `${UWS_MESSAGE}Error: file too short`, {}, /does not load here: file too short$/],
  ];
  for (const [what, message, facts, expected] of reasons) {
    test(`the reason names ${what}`, () => {
      assert.match(explainLoadFailure(new Error(message), { ...DEBIAN_12, ...facts }), expected);
    });
  }

  test('the platform is known', () => {
    const { platform, glibcVersion } = currentPlatform();
    assert.equal(platform, process.platform);
    if (glibcVersion !== undefined) assert.match(glibcVersion, /^2\.\d+/);
  });

  test('the shared suite fails when a transport that must be tested does not load', () => {
    const harness = fileURLToPath(new URL('./harness.ts', import.meta.url));
    const run = (transports: string) =>
      spawnSync(process.execPath, ['--import', 'tsx', harness], {
        env: { ...process.env, LLM_SIM_TEST_TRANSPORTS: transports },
      });
    assert.equal(run('node').status, 0);
    assert.notEqual(run('node,turbo').status, 0);
  });
});
