/** Promises of the admin API's dispatch: every command gets a reply, and a wrong one says what is wrong with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NodeControl } from '../../../src/server/control/node-control.js';
import { type AdminCommand, AdminError, type AdminOperation } from '../../../src/server/control/operation.js';

const ANYTHING = { summary: '', reply: {} } as const;
const operations: readonly AdminOperation[] = [
  {
    ...ANYTHING,
    method: 'GET',
    path: '/admin/things',
    query: { q: { type: 'string', maxLength: 5 }, limit: { type: 'integer', minimum: 1, maximum: 100 } },
    answer: ({ query }) => reply({ q: query.get('q'), limit: query.get('limit') }),
  },
  { ...ANYTHING, method: 'GET', path: '/admin/things/:name', answer: ({ parameters }) => reply({ ...parameters }) },
  {
    ...ANYTHING,
    method: 'PUT',
    path: '/admin/things/:name',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['rate'],
      properties: { rate: { type: 'number', minimum: 0, maximum: 1 }, note: { type: 'string' } },
    },
    answer: ({ body }) => reply({ body }),
  },
  {
    ...ANYTHING,
    method: 'POST',
    path: '/admin/optional',
    body: { type: 'object' },
    bodyOptional: true,
    answer: ({ body }) => reply({ body: body ?? null }),
  },
  { ...ANYTHING, method: 'POST', path: '/admin/plain', answer: () => reply({}) },
  { ...ANYTHING, method: 'GET', path: '/admin/defect', answer: () => Promise.reject(new Error('spoilt')) },
  {
    ...ANYTHING,
    method: 'GET',
    path: '/admin/refused',
    answer: () => {
      throw new AdminError(409, 'busy', 'Busy.', { param: 'name' });
    },
  },
];
const reply = (document: object) => ({ status: 200, document });
const command = (method: string, path: string, more: Partial<AdminCommand> = {}): AdminCommand => ({
  method,
  path,
  query: '',
  body: '',
  ...more,
});

test('a command reaches its operation with parameters, query and body', async () => {
  const control = new NodeControl(operations, (error) => assert.fail(String(error)));
  assert.deepEqual(
    await control.administer(command('GET', '/admin/things', { query: 'q=a%20b' })),
    reply({ q: 'a b', limit: null }),
  );
  assert.deepEqual(await control.administer(command('GET', '/admin/things/a%2Fb')), reply({ name: 'a/b' }));
  assert.deepEqual(
    await control.administer(command('PUT', '/admin/things/x', { body: '{"rate":1}' })),
    reply({ body: { rate: 1 } }),
  );
  assert.deepEqual(await control.administer(command('POST', '/admin/optional')), reply({ body: null }));
  assert.deepEqual(await control.administer(command('POST', '/admin/plain', { body: '{}' })), reply({}));
  const [twice] = [await control.administer(command('GET', '/admin/things', { query: 'limit=x&limit=5' }))];
  assert.deepEqual(twice, reply({ q: null, limit: '5' }), 'the parameter that was checked is the one that counts');
});

test('what is wrong with a command is said by status and code', async () => {
  const control = new NodeControl(operations, () => {});
  const wrong: readonly (readonly [AdminCommand, number, string])[] = [
    [command('GET', '/admin/nothing'), 404, 'unknown_operation'],
    [command('GET', '/admin/things/'), 404, 'unknown_operation'],
    [command('GET', '/admin/things/%zz'), 404, 'unknown_operation'],
    [command('POST', '/admin/things/x'), 405, 'method_not_allowed'],
    [command('PUT', '/admin/things/x', { body: '{' }), 400, 'not_json'],
    [command('PUT', '/admin/things/x', { body: ' ' }), 400, 'body_required'],
    [command('PUT', '/admin/things/x', { body: '[]' }), 422, 'invalid_body'],
    [command('PUT', '/admin/things/x', { body: 'null' }), 422, 'invalid_body'],
    [command('PUT', '/admin/things/x', { body: '{"rate":1,"__proto__":{"note":""}}' }), 422, 'invalid_body'],
    [command('POST', '/admin/plain', { body: '{"a":1}' }), 422, 'invalid_body'],
    [command('GET', '/admin/things', { query: 'limit=0' }), 422, 'invalid_query'],
    [command('GET', '/admin/things', { query: 'limit=1e1' }), 422, 'invalid_query'],
    [command('GET', '/admin/things', { query: 'q=abcdef' }), 422, 'invalid_query'],
    [command('GET', '/admin/things', { query: '__proto__=a' }), 422, 'invalid_query'],
    [command('GET', '/admin/things/x', { query: 'q=a' }), 422, 'invalid_query'],
    [command('GET', `/admin/${'x'.repeat(9_000)}`), 404, 'unknown_operation'],
    [command('GET', '/admin/refused'), 409, 'busy'],
    [command('GET', '/admin/defect'), 500, 'internal_error'],
  ];
  for (const [asked, status, code] of wrong) {
    const answer = await control.administer(asked);
    assert.equal(answer.status, status, asked.path);
    assert.equal((answer.document as { error: { code: string } }).error.code, code);
  }
  const { headers } = await control.administer(command('POST', '/admin/things/x'));
  assert.deepEqual(headers, ['allow', 'GET, PUT, HEAD, OPTIONS']);
});

test('everything that is wrong with a body is said at once', async () => {
  const control = new NodeControl(operations, () => {});
  const body = '{"rate": 7, "note": 1, "nota": 2}';
  const { document } = await control.administer(command('PUT', '/admin/things/x', { body }));
  const problems = [
    { param: 'nota', message: 'is not a known key. did you mean "note"?' },
    { param: 'rate', message: 'must be a number from 0 to 1 (got 7)' },
    { param: 'note', message: 'must be a string (got 1)' },
  ];
  const message = `The body has 3 problems: ${problems.map((one) => `${one.param}: ${one.message}`).join('; ')}.`;
  assert.deepEqual(document, {
    error: { message, type: 'invalid_request_error', code: 'invalid_body', param: 'nota', problems },
  });
});

test('a path says which methods it takes', async () => {
  const control = new NodeControl(operations, () => {});
  const answer = await control.administer(command('OPTIONS', '/admin/plain'));
  assert.deepEqual(answer, { status: 204, headers: ['allow', 'POST, OPTIONS'] });
  assert.equal((await control.administer(command('OPTIONS', '/admin/nothing'))).status, 404);
});

test('any body and any query get an answer that is not ours to blame', async () => {
  const control = new NodeControl(operations, (error) => assert.fail(String(error)));
  const statuses = new Set<number>();
  const administer = async (asked: AdminCommand) => statuses.add((await control.administer(asked)).status);
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.string(), async (body, query) => {
      await administer(command('PUT', '/admin/things/x', { body }));
      await administer(command('POST', '/admin/optional', { body: query }));
      await administer(command('GET', '/admin/things', { query }));
      await administer(command('GET', `/admin/things/${encodeURIComponent(query)}`));
    }),
  );
  assert.deepEqual(
    [...statuses].filter((status) => status >= 500),
    [],
  );
});

test('a defect is told, and its text does not reach the client', async () => {
  const defects: unknown[] = [];
  const control = new NodeControl(operations, (error) => defects.push(error));
  const answer = await control.administer(command('GET', '/admin/defect'));
  assert.equal(defects.length, 1);
  assert.doesNotMatch(JSON.stringify(answer), /spoilt/);
});
