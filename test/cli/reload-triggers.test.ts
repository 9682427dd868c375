/** Promises of what has a configuration reloaded: no signal is lost, whenever it comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReloadTriggers } from '../../src/cli/reload-triggers.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import type { ConfigurationDesk } from '../../src/server/reload/configuration-desk.js';
import { createLogSink } from '../../src/telemetry/logging.js';

test('a signal that comes before the start is heeded at the start, once', async () => {
  const { logger } = await createLogSink({ level: 'silent', format: 'json' });
  const snapshot = createSnapshot(loadConfiguration({ object: {}, environment: {} }), 1, 0);
  const reloads: string[] = [];
  const desk: Pick<ConfigurationDesk, 'snapshot' | 'reload'> = {
    snapshot,
    reload: (trigger) => {
      reloads.push(trigger);
      return Promise.resolve({ generation: 2, changed: [], needsRestart: [] });
    },
  };
  const triggers = new ReloadTriggers({ file: undefined, digest: undefined, logger });
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  assert.deepEqual(reloads, []);
  triggers.start(desk as ConfigurationDesk);
  assert.deepEqual(reloads, ['signal']);
  process.emit('SIGHUP');
  assert.deepEqual(reloads, ['signal', 'signal']);
});
