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
      assert.equal(streamError(problem), `data: ${reply.body}\n\n`);
    });
  }

  test('say when to come back exactly where coming back may help, and what is allowed instead', () => {
    for (const [problem, status] of PROBLEMS) {
      const headers = httpError(problem).headers.slice(2);
      if (status === 503 || status === 429) assert.deepEqual(headers, ['retry-after', '1']);
      else assert.deepEqual(headers, status === 405 ? ['allow', 'GET, POST'] : []);
    }
  });
});
