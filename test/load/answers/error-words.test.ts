/** The one word of an error, in any envelope, and how long to wait. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { errorWord, retryAfterOfError, retryAfterOfHeaders } from '../../../src/load/answers/error-words.js';

const RETRY_INFO = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.5s' };

describe('an error’s word', () => {
  it('is the code, or the status or type where there is none', () => {
    assert.equal(errorWord({ error: { type: 'requests', code: 'rate_limit_exceeded' } }), 'rate_limit_exceeded');
    assert.equal(errorWord({ error: { type: 'server_error', code: null } }), 'server_error');
    assert.equal(errorWord({ error: { code: '401', message: 'Access denied' } }), '401');
    assert.equal(errorWord({ type: 'error', error: { type: 'overloaded_error' } }), 'overloaded_error');
    assert.equal(errorWord({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }), 'RESOURCE_EXHAUSTED');
    assert.equal(errorWord([{ error: { code: 503, status: 'UNAVAILABLE' } }]), 'UNAVAILABLE');
    assert.equal(errorWord({ type: 'error', code: 'server_is_overloaded', message: '…' }), 'server_is_overloaded');
    assert.equal(errorWord({ error: 'unauthorized' }), 'unauthorized');
  });

  it('is none where none is said: a sentence is no word', () => {
    for (const document of [
      undefined,
      null,
      [],
      'x',
      {},
      { error: {} },
      { error: 'No such route here' },
      { error: { code: 500 } },
    ]) {
      assert.equal(errorWord(document), undefined);
    }
  });

  it('is a short word or none, whatever the document', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ error: fc.jsonValue() })), (document) => {
        assert.match(errorWord(document) ?? 'none', /^[\w.:/-]{1,100}$/);
        assert.equal(typeof (retryAfterOfError(document) ?? 0), 'number');
      }),
    );
  });
});

describe('the time to wait', () => {
  it('comes from retry-after-ms before retry-after', () => {
    assert.equal(retryAfterOfHeaders({ 'retry-after': '3', 'retry-after-ms': '2500' }), 2500);
    assert.equal(retryAfterOfHeaders({ 'retry-after': '3' }), 3000);
    assert.equal(retryAfterOfHeaders({ 'retry-after': ['1.5'] }), 1500);
    assert.equal(retryAfterOfHeaders({ 'retry-after': '0' }), 0);
  });

  it('of a date counts from the answer’s own', () => {
    const date = 'Wed, 21 Oct 2026 07:28:00 GMT';
    assert.equal(retryAfterOfHeaders({ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT', date }), 30_000);
    assert.equal(retryAfterOfHeaders({ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT', date }), 0);
    assert.equal(retryAfterOfHeaders({ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }), undefined);
  });

  it('is none where nothing sensible is said', () => {
    for (const value of ['', 'soon', '-1', 'NaN', '1e9'])
      assert.equal(retryAfterOfHeaders({ 'retry-after': value }), undefined);
    assert.equal(retryAfterOfHeaders({}), undefined);
  });

  it('comes from Gemini’s details', () => {
    assert.equal(retryAfterOfError({ error: { details: [{ '@type': 'x' }, RETRY_INFO] } }), 2500);
    assert.equal(retryAfterOfError([{ error: { details: [RETRY_INFO] } }]), 2500);
    assert.equal(retryAfterOfError({ error: { details: [{ retryDelay: 'later' }] } }), undefined);
  });
});
