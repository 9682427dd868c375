import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';

const load = (header: string) =>
  loadConfiguration({ object: { simulation: { sessions: { header } } }, environment: {} }).simulation.sessions.header;

test('no header that carries a key names sessions, in whatever case it is written', () => {
  for (const header of ['Authorization', 'x-api-key', 'API-Key', 'cookie']) {
    assert.throws(
      () => load(header),
      (error) => error instanceof ConfigurationFailure && /carries a key/.test(error.message),
    );
  }
  assert.equal(load('X-Conversation-Id'), 'X-Conversation-Id');
});
