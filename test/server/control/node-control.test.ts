/** Promises of the admin API's dispatch: every command gets a reply, and a wrong one says what is wrong with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeControl } from '../../../src/server/control/node-control.js';
import { type AdminCommand, AdminError, type AdminOperation } from '../../../src/server/control/operation.js';

const operations: readonly AdminOperation[] = [
  { method: 'GET', path: '/admin/things', summary: '', answer: ({ query }) => reply({ q: query.get('q') }) },
  { method: 'GET', path: '/admin/things/:name', summary: '', answer: ({ parameters }) => reply({ ...parameters }) },
  { method: 'PUT', path: '/admin/things/:name', summary: '', answer: (call) => reply({ body: call.body() ?? null }) },
  {
    method: 'GET',
    path: '/admin/defect',
    summary: '',
    answer: () => Promise.reject(new Error('spoilt')),
  },
  {
    method: 'GET',
    path: '/admin/refused',
    summary: '',
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
    reply({ q: 'a b' }),
  );
  assert.deepEqual(await control.administer(command('GET', '/admin/things/a%2Fb')), reply({ name: 'a/b' }));
  assert.deepEqual(
    await control.administer(command('PUT', '/admin/things/x', { body: '{"a":1}' })),
    reply({ body: { a: 1 } }),
  );
  assert.deepEqual(await control.administer(command('PUT', '/admin/things/x')), reply({ body: null }));
});

test('what is wrong with a command is said by status and code', async () => {
  const control = new NodeControl(operations, () => {});
  const wrong: readonly (readonly [AdminCommand, number, string])[] = [
    [command('GET', '/admin/nothing'), 404, 'unknown_operation'],
    [command('GET', '/admin/things/'), 404, 'unknown_operation'],
    [command('GET', '/admin/things/%zz'), 404, 'unknown_operation'],
    [command('POST', '/admin/things/x'), 405, 'method_not_allowed'],
    [command('PUT', '/admin/things/x', { body: '{' }), 400, 'not_json'],
    [command('GET', '/admin/refused'), 409, 'busy'],
    [command('GET', '/admin/defect'), 500, 'internal_error'],
  ];
  for (const [asked, status, code] of wrong) {
    const answer = await control.administer(asked);
    assert.equal(answer.status, status, asked.path);
    assert.equal((answer.document as { error: { code: string } }).error.code, code);
  }
  const { headers } = await control.administer(command('POST', '/admin/things/x'));
  assert.deepEqual(headers, ['allow', 'GET, PUT']);
});

test('a defect is told, and its text does not reach the client', async () => {
  const defects: unknown[] = [];
  const control = new NodeControl(operations, (error) => defects.push(error));
  const answer = await control.administer(command('GET', '/admin/defect'));
  assert.equal(defects.length, 1);
  assert.doesNotMatch(JSON.stringify(answer), /spoilt/);
});
