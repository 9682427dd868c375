import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpProblem } from '../../../src/providers/contract.js';
import { httpError, streamError } from '../../../src/providers/openai/errors.js';
import { assertValid } from '../../schemas/published-schema.js';

const PROBLEMS: readonly (readonly [HttpProblem, status: number])[] = [
  [{ kind: 'unknown_route', method: 'GET', path: '/"\n\u2028' }, 404],
  [{ kind: 'method_not_allowed', method: 'PUT', path: '/x', allowed: ['GET', 'POST'] }, 405],
  [{ kind: 'not_json' }, 400],
  [{ kind: 'unauthorized', apiKey: undefined }, 401],
  [{ kind: 'unauthorized', apiKey: 'sk-wrong-key' }, 401],
  [{ kind: 'forbidden' }, 403],
  [{ kind: 'rate_limited', retryAfterSecs: 1 }, 429],
  [{ kind: 'body_too_large', bytesMax: 10 }, 413],
  [{ kind: 'too_many_connections' }, 503],
  [{ kind: 'overloaded' }, 503],
  [{ kind: 'timeout' }, 504],
  [{ kind: 'shutting_down' }, 503],
  [{ kind: 'internal' }, 500],
];

describe('errors outside an endpoint', () => {
  for (const [problem, status] of PROBLEMS) {
    test(`${problem.kind} is an ErrorResponse with status ${status}, as a reply and as an event`, () => {
      const reply = httpError(problem);
      assert.equal(reply.status, status);
      assert.deepEqual(reply.headers.slice(0, 2), ['content-type', 'application/json']);
      assertValid('openai', 'ErrorResponse', JSON.parse(reply.body));
      const cut = { contentType: 'text/event-stream', events: 7 };
      assert.equal(streamError(problem, { ...cut, contentName: 'openai.chat.completions' }), `data: ${reply.body}\n\n`);
      const event = streamError(problem, { ...cut, contentName: 'openai.responses.create' });
      const [, data] = /^event: error\ndata: (.*)\n\n$/s.exec(event) ?? [];
      assertValid('openai', 'ResponseStreamEvent', JSON.parse(data));
      assert.equal(JSON.parse(data).sequence_number, 7);
    });
  }

  test('say when to come back exactly where coming back may help, and what is allowed instead', () => {
    for (const [problem, status] of PROBLEMS) {
      const headers = httpError(problem).headers.slice(2);
      if (status === 503 || status === 429) assert.deepEqual(headers.slice(0, 2), ['retry-after', '1']);
      else assert.deepEqual(headers, status === 405 ? ['allow', 'GET, POST'] : []);
    }
  });

  test('a rate limit says when to come back in every header that clients read', () => {
    const { headers } = httpError({ kind: 'rate_limited', retryAfterSecs: 20 });
    const headerOf = (name: string) => headers[headers.indexOf(name) + 1];
    assert.equal(headerOf('retry-after'), '20');
    assert.equal(headerOf('retry-after-ms'), '20000');
    assert.equal(headerOf('x-ratelimit-remaining-requests'), '0');
    assert.equal(headerOf('x-ratelimit-reset-requests'), '20s');
  });

  test('a wrong key is shown by its beginning and end alone', () => {
    const messageOf = (apiKey: string) => JSON.parse(httpError({ kind: 'unauthorized', apiKey }).body).error.message;
    const shownKey = (apiKey: string) => /provided: (\S+)\. You can/.exec(messageOf(apiKey))?.[1];
    assert.equal(shownKey('sk-proj-0123456789abcdefWXYZ'), 'sk-proj-****************WXYZ');
    assert.equal(shownKey('sk-secret'), 'sk-*****t');
    assert.equal(shownKey('ab'), '**');
    assert.ok(messageOf('k'.repeat(100_000)).length < 2_000);
  });

  test('no key at all has a sentence of its own, without a code', () => {
    const { error } = JSON.parse(httpError({ kind: 'unauthorized', apiKey: undefined }).body);
    assert.match(error.message, /^You didn't provide an API key\./);
    assert.equal(error.code, null);
  });
});
