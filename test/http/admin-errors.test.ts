/** What the admin API says to a request that it does not take: an error as JSON, with a status, a type and a code. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AT_ONCE, sharedSimulator } from './chat-client.js';

interface Mistake {
  readonly story: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly type: string;
  readonly code: string;
}

const INVALID = 'invalid_request_error';
const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

const MISTAKES: readonly Mistake[] = [
  {
    story: 'a path that is none',
    path: '/admin/nothing',
    status: 404,
    type: 'not_found_error',
    code: 'unknown_operation',
  },
  {
    story: 'a path below an operation',
    path: '/admin/stats/more',
    status: 404,
    type: 'not_found_error',
    code: 'unknown_operation',
  },
  {
    story: 'a method that it does not take',
    path: '/admin/stats',
    init: { method: 'DELETE' },
    status: 405,
    type: INVALID,
    code: 'method_not_allowed',
  },
  {
    story: 'a method that nothing takes',
    path: '/admin/stats',
    init: { method: 'PATCH' },
    status: 405,
    type: INVALID,
    code: 'method_not_allowed',
  },
  {
    story: 'a body that is nested too deep to be walked through',
    path: '/admin/reset',
    init: post('['.repeat(100_000) + ']'.repeat(100_000)),
    status: 422,
    type: INVALID,
    code: 'invalid_body',
  },
  {
    story: 'a body that is not JSON',
    path: '/admin/reset',
    init: post('{what: all}'),
    status: 400,
    type: INVALID,
    code: 'not_json',
  },
  {
    story: 'a body that is not UTF-8',
    path: '/admin/reset',
    init: post(Uint8Array.of(0x22, 0xff, 0x22)),
    status: 400,
    type: INVALID,
    code: 'not_json',
  },
  {
    story: 'a body of another kind',
    path: '/admin/reset',
    init: post('<what/>', 'application/xml'),
    status: 415,
    type: INVALID,
    code: 'unsupported_media_type',
  },
  {
    story: 'a form',
    path: '/admin/reset',
    init: post('--x--', 'multipart/form-data; boundary=x'),
    status: 415,
    type: INVALID,
    code: 'unsupported_media_type',
  },
  {
    story: 'a body that is too large',
    path: '/admin/reset',
    init: post(`"${'x'.repeat(1024 * 1024)}"`),
    status: 413,
    type: INVALID,
    code: 'body_too_large',
  },
  {
    story: 'a body with an unknown key',
    path: '/admin/reset',
    init: post('{"waht": []}'),
    status: 422,
    type: INVALID,
    code: 'invalid_body',
  },
  {
    story: 'a parameter that it does not know',
    path: '/admin/stats?all=1',
    status: 422,
    type: INVALID,
    code: 'invalid_query',
  },
];

describe('the admin API', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const ask = (path: string, init?: RequestInit) => fetch(simulator().url + path, init);

  for (const { story, path, init, status, type, code } of MISTAKES) {
    test(`refuses ${story}: ${status} ${code}`, async () => {
      const response = await ask(path, init);
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), 'application/json');
      const { error } = (await response.json()) as { error: { [key: string]: unknown } };
      assert.deepEqual([error.type, error.code], [type, code]);
      assert.ok(typeof error.message === 'string' && 'param' in error);
    });
  }

  test('says with a 405, and to OPTIONS, which methods a path takes', async () => {
    assert.equal((await ask('/admin/stats', { method: 'POST' })).headers.get('allow'), 'GET, HEAD, OPTIONS');
    const options = await ask('/admin/reset', { method: 'OPTIONS' });
    assert.equal(options.status, 204);
    assert.equal(options.headers.get('allow'), 'POST, OPTIONS');
  });

  test('answers HEAD like GET, without the body', async () => {
    for (const path of ['/admin', '/admin/stats', '/admin/nothing']) {
      const head = await ask(path, { method: 'HEAD' });
      assert.equal(head.status, (await ask(path)).status);
      assert.equal(await head.text(), '');
    }
  });

  test('takes JSON under the names that clients give it when nobody tells them', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/vnd.x+json',
    ])
      assert.equal((await ask('/admin/reset', post('{"what":["stats"]}', type))).status, 200, type);
  });

  test('says everything that is wrong at once', async () => {
    const response = await ask('/admin/reset', post('{"what": ["stats", "all", 7], "wath": 1}'));
    const { error } = (await response.json()) as { error: { problems: { param: string }[] } };
    assert.deepEqual(
      error.problems.map(({ param }) => param),
      ['wath', 'what[1]', 'what[2]'],
    );
  });
});
