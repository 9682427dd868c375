/** What every provider promises, checked for each one that stands in the registry. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpProblem } from '../../src/providers/contract.js';
import { endpoints, providers } from '../../src/providers/registry.js';

const PROBLEMS: readonly (readonly [problem: HttpProblem, ...statuses: number[]])[] = [
  [{ kind: 'unknown_route', method: 'GET', path: '/"quoted"\n' }, 404],
  [{ kind: 'method_not_allowed', method: 'PUT', path: '/v1/x', allowed: ['GET', 'POST'] }, 405],
  [{ kind: 'not_json' }, 400],
  [{ kind: 'unauthorized', apiKey: undefined }, 401, 403],
  [{ kind: 'unauthorized', apiKey: 'wrong' }, 401, 400],
  [{ kind: 'forbidden' }, 403],
  [{ kind: 'rate_limited', retryAfterSecs: 7 }, 429],
  [{ kind: 'body_too_large', bytesMax: 1024 }, 413],
  [{ kind: 'too_many_connections' }, 503, 529],
  [{ kind: 'overloaded' }, 503, 529],
  [{ kind: 'shutting_down' }, 503, 529],
  [{ kind: 'timeout' }, 504, 408],
  [{ kind: 'internal' }, 500],
];

test('every endpoint has a name and a route of its own', () => {
  const names = endpoints.map(({ endpoint }) => endpoint.name);
  const routes = endpoints.flatMap(({ endpoint, provider }) =>
    endpoint.paths.map((path) => `${provider.name} ${endpoint.method} ${path} ${endpoint.verb}`),
  );
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(routes).size, routes.length);
});

for (const provider of providers) {
  describe(`the provider ${provider.name}`, () => {
    test('names its endpoints after itself', () => {
      assert.ok(provider.endpoints.length > 0);
      for (const { name } of provider.endpoints) assert.ok(name.startsWith(`${provider.name}.`), name);
    });

    for (const [problem, ...statuses] of PROBLEMS) {
      test(`has its own words for ${problem.kind}, as a reply and within a stream`, () => {
        const reply = provider.identifyError(provider.httpError(problem), 'd0c0ffee');
        assert.ok(statuses.includes(reply.status), String(reply.status));
        assert.equal(typeof JSON.parse(reply.body), 'object');
        const headers = new Map(pairs(reply.headers));
        assert.match(headers.get('content-type') ?? '', /^application\/json/);
        if (reply.status === 503) assert.match(headers.get('retry-after') ?? '', /^\d+$/);
        if (reply.status === 405) assert.equal(headers.get('allow'), 'GET, POST');
        const event = provider.streamError(problem, {
          contentName: provider.endpoints[0].name,
          contentType: 'text/event-stream',
          events: 1,
        });
        assert.ok(event.endsWith('\n\n') || event.endsWith('\r\n\r\n'), 'an event ends with a blank line');
      });
    }
  });
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2], flat[index * 2 + 1]]);
}
