/** What a request of OpenAI's says about its prompt's caching. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheScopeOf } from '../../../src/providers/openai/prompt-cache.js';

const MARKED = [
  { role: 'user', content: [{ type: 'text', text: 'x', prompt_cache_breakpoint: { mode: 'explicit' } }] },
];

test('a prompt is cached from 1,024 tokens on, for everybody with the same key', () => {
  assert.deepEqual(cacheScopeOf({}, []), { cacheable: true, partition: '', minTokens: 1_024 });
});

test('prompt_cache_key parts prompts, and user where there is none', () => {
  assert.equal(cacheScopeOf({ prompt_cache_key: 'a', user: 'b' }, []).partition, 'a');
  assert.equal(cacheScopeOf({ user: 'b' }, []).partition, 'b');
  assert.equal(cacheScopeOf({ prompt_cache_key: null, user: null }, []).partition, '');
});

test('retention and minimum lifetime say how long', () => {
  assert.equal(cacheScopeOf({ prompt_cache_retention: '24h' }, []).ttlSecs, 86_400);
  assert.equal(cacheScopeOf({ prompt_cache_retention: 'in_memory' }, []).ttlSecs, undefined);
  assert.equal(cacheScopeOf({ prompt_cache_options: { ttl: '30m' } }, []).ttlSecs, 1_800);
});

test('explicit caching needs a mark', () => {
  const explicit = { prompt_cache_options: { mode: 'explicit' } };
  assert.equal(cacheScopeOf(explicit, [{ role: 'user', content: 'x' }, null]).cacheable, false);
  assert.equal(cacheScopeOf(explicit, MARKED).cacheable, true);
  assert.equal(cacheScopeOf({ prompt_cache_options: { mode: 'implicit' } }, []).cacheable, true);
});
