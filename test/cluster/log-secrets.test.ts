/**
 * No line of the log and no metric holds what a client says, at any level, for any endpoint: every prompt, key, query, header, model and path
 * that is made up has a mark, and the output of a node that writes everything is looked through for it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '../../src/providers/registry.js';
import type { JsonValue } from '../http/hostile-bodies.js';
import { asks, pathOf } from '../http/provider-answers.js';
import { VALID_BODIES } from '../http/valid-bodies.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const MARK = 'cnry-secret';
const ADMIN_KEY = 'cnry-secret-admin';

const yaml = `
server: { workers: 2, api_keys: [cnry-secret-known] }
admin: { api_key: ${ADMIN_KEY} }
simulation: { time_scale: 0, request_overrides: { fault: true, latency: true } }
`;

const headersWith = (key: string): Record<string, string> => ({
  'content-type': 'application/json',
  'anthropic-version': '2023-06-01',
  authorization: `Bearer ${key}`,
  'x-api-key': key,
  'api-key': key,
  'x-goog-api-key': key,
  'user-agent': `${MARK}-agent`,
  cookie: `${MARK}=cookie`,
  tracestate: 'cnry-secret=1',
  traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`,
  'openai-organization': `${MARK}-org`,
});

/** Whatever reads like a text says something of its own. */
function marked(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.includes(' ') ? `${value} ${MARK}-prompt` : value;
  if (Array.isArray(value)) return value.map(marked);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, marked(inner)]));
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function requests(): Sent[] {
  const sent: Sent[] = [];
  for (const { endpoint } of endpoints) {
    const { method } = endpoint;
    const path = pathOf(endpoint, undefined);
    const bodies = endpoint.takesBody === false ? [] : (VALID_BODIES[asks(endpoint)] ?? []);
    for (const body of bodies) {
      sent.push({
        method,
        path: `${path}${path.includes('?') ? '&' : '?'}key=${MARK}-query`,
        key: `${MARK}-known`,
        body: JSON.stringify(marked(body)),
      });
    }
    const own =
      endpoint.takesBody === false ? {} : { body: `{"${MARK}-field":"${MARK}-value","model":"${MARK}-model"}` };
    const made = path.replace(/(models|deployments|responses|cachedContents)\/[^/:?]+/, `$1/${MARK}-id`);
    sent.push(
      { method, path: made, key: `${MARK}-stranger`, ...own },
      { method, path: made, key: `${MARK}-known`, ...own },
    );
  }
  const post = { method: 'POST', key: `${MARK}-known` };
  sent.push({ ...post, path: `/${MARK}-path?${MARK}-query=1`, body: `${MARK} is no JSON` });
  sent.push({ ...post, path: '/v1/chat/completions', body: `${MARK} is no JSON` });
  for (const header of ['x-llm-sim-latency', 'x-llm-sim-fault', 'content-encoding'])
    sent.push({ ...post, path: '/v1/chat/completions', body: '{}', headers: { [header]: `${MARK}-header` } });
  sent.push({ method: 'PATCH', path: `/v1/chat/completions`, key: `${MARK}-known`, body: MARK });
  sent.push({ method: 'GET', path: `/admin/${MARK}-operation?${MARK}=1`, key: ADMIN_KEY });
  sent.push({ method: 'PUT', path: `/admin/latency/${MARK}-name`, key: `${MARK}-wrong`, body: `{"${MARK}":1}` });
  sent.push({ method: 'PUT', path: '/admin/log-level', key: ADMIN_KEY, body: `{"level":"${MARK}"}` });
  return sent;
}

test('a node that writes everything writes nothing that clients say', async () => {
  const node = await SimulatorProcess.start({ yaml, env: { LLM_SIM_LOG: 'trace' } });
  const answers: number[] = [];
  for (const { body, headers, key, method, path } of requests()) {
    const init = { method, headers: { ...headersWith(key), ...headers }, ...(body === undefined ? {} : { body }) };
    const response = await fetch(node.url + path, init);
    await response.arrayBuffer();
    answers.push(response.status);
  }
  assert.ok(answers.filter((status) => status === 200).length > endpoints.length / 3, 'hardly anything was served');
  assert.ok(answers.includes(401) && answers.includes(404) && answers.includes(422));
  assert.ok(
    answers.every((status) => status < 500),
    'a defect',
  );
  const metrics = [node.metricsUrl, `${node.url}/metrics`].map(async (url) => {
    const text = await (await fetch(url)).text();
    const open = await (await fetch(url, { headers: { accept: 'application/openmetrics-text' } })).text();
    return text + open;
  });
  const seen = await Promise.all(metrics);
  await node.end();
  const { stderr, stdout } = node.program;
  for (const message of ['request begins', 'request', 'request refused', 'message', 'admin request'])
    assert.ok(stdout.includes(`"msg":"${message}"`), `no line "${message}": not everything was written`);
  for (const text of [...seen, stdout, stderr]) {
    const shown = [...text.matchAll(/cnry/g)].map(({ index }) => text.slice(Math.max(0, index - 200), index + 60));
    assert.deepEqual(shown, []);
  }
});
