import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LimitScope } from '../../src/limits/contract.js';
import { LimitBook } from '../../src/limits/limit-book.js';
import { ScaledScopes } from '../../src/limits/scaled-scopes.js';

const SCOPE: LimitScope = {
  id: 'id',
  tier: 'tier',
  group: 'group',
  caps: { requests_per_minute: 60, tokens_per_minute: 0, concurrent_requests: 2 },
};

describe('ScaledScopes', () => {
  it('multiplies limits, none of them down to nothing, and leaves those of 0', () => {
    const { caps, ...rest } = new ScaledScopes().of(SCOPE, 0.1);
    assert.deepEqual(caps, { requests_per_minute: 6, tokens_per_minute: 0, concurrent_requests: 1 });
    assert.deepEqual(rest, { id: 'id', tier: 'tier', group: 'group' });
    assert.equal(new ScaledScopes().of(SCOPE, 2.5).caps.requests_per_minute, 150);
  });

  it('gives the same object for the same factor to two digits, and the scope itself for 1', () => {
    const scopes = new ScaledScopes();
    assert.equal(scopes.of(SCOPE, 1), SCOPE);
    assert.equal(scopes.of(SCOPE, 0.123), scopes.of(SCOPE, 0.12));
    assert.notEqual(scopes.of(SCOPE, 0.13), scopes.of(SCOPE, 0.12));
  });

  it('keeps what is used, and gives the whole limit back when the factor is gone', () => {
    const book = new LimitBook('token_bucket');
    const scopes = new ScaledScopes();
    const take = (factor: number) => book.take(scopes.of(SCOPE, factor), { requests_per_minute: 1 }, 0);
    for (let i = 0; i < 6; i++) assert.equal(take(1), undefined);
    assert.equal(take(0.1)?.limit, 6);
    for (let i = 0; i < 54; i++) assert.equal(take(1), undefined);
    assert.equal(take(1)?.used, 60);
  });
});
