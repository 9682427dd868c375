/**
 * Requests that are HTTP, with bodies and headers that are not what the API asks for, to every endpoint: what is accepted is answered as the
 * provider's published schema says, what is not with a client error in its words.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endpoints } from '../../../src/providers/registry.js';
import { fieldsOf } from '../../http/hostile-bodies.js';
import { asks, assertInProvidersWords, CREDENTIALS, pathOf } from '../../http/provider-answers.js';
import { VALID_BODIES } from '../../http/valid-bodies.js';
import type { FuzzTarget } from '../contract.js';
import { FUZZED, FuzzedServer } from '../fuzzed-server.js';
import { type Header, headerValues } from './header-values.js';
import { jsonTexts } from './json-texts.js';

interface Call {
  /** Of the endpoint. */
  readonly name: string;
  readonly provider: string;
  /** In place of what stands in the path; undefined for a model or deployment that there is. */
  readonly parameter?: string;
  readonly body?: string;
  readonly headers: readonly Header[];
}

const ANSWER_GUARD_MS = 60_000;
/** Header values, of which some may ask for a fault that is then the answer. */
const CONFIG = { ...FUZZED, simulation: { ...FUZZED.simulation, request_overrides: { latency: true } } };

const parameter = fc.option(
  fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 4 })),
  {
    nil: undefined,
    freq: 6,
  },
);

/** By these a request is one provider's or another's. */
const CLAIMING = new Set(Object.values(CREDENTIALS).flatMap((headers) => Object.keys(headers)));

/** Those that leave the request its provider's. */
const ownHeaders = (provider: keyof typeof CREDENTIALS): fc.Arbitrary<readonly Header[]> =>
  headerValues.map((headers) => headers.filter(([name]) => !CLAIMING.has(name) || name in CREDENTIALS[provider]));

const calls: fc.Arbitrary<Call> = fc.oneof(
  ...endpoints.map(({ provider, endpoint }) => {
    const bodies = VALID_BODIES[asks(endpoint)] ?? [];
    const takesBody = endpoint.method === 'POST' && endpoint.takesBody !== false;
    const fields = fieldsOf(provider.dialect, endpoint.description.requestSchema);
    return {
      weight: takesBody ? 4 : 1,
      arbitrary: fc.record({
        name: fc.constant(endpoint.name),
        provider: fc.constant(provider.name),
        parameter: endpoint.paths[0].includes(':') ? parameter : fc.constant(undefined),
        body: takesBody ? jsonTexts(bodies, fields) : fc.constant(undefined),
        headers: fc.oneof(
          { weight: 2, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: ownHeaders(provider.name) },
        ),
      }),
    };
  }),
);

export const bodyTarget: FuzzTarget<Call> = {
  name: 'bodies',
  promise:
    'whatever a body, a header or a path holds, every endpoint answers in its provider’s words and fit for its schema',
  weight: 3,
  inputs: calls,
  open: async () => {
    const server = await FuzzedServer.start(CONFIG, warmUp);
    let executed = 0;
    return {
      execute: async (call) => {
        await execute(server.url, call);
        // On a connection of its own each time, which costs more than the call.
        if (executed++ % HEALTH_EVERY === 0) await server.assertWell();
      },
      close: () => server.close(),
    };
  },
};

const HEALTH_EVERY = 16;

async function warmUp(port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}`;
  for (const { provider, endpoint } of endpoints) {
    for (const body of VALID_BODIES[asks(endpoint)] ?? []) {
      await execute(url, { name: endpoint.name, provider: provider.name, body: JSON.stringify(body), headers: [] });
    }
  }
}

async function execute(url: string, { name, provider: of, parameter: given, body, headers }: Call): Promise<void> {
  const found = endpoints.find(({ provider, endpoint }) => endpoint.name === name && provider.name === of);
  assert.ok(found !== undefined, `there is no endpoint ${name}`);
  const { provider, endpoint } = found;
  const path = given === undefined ? pathOf(endpoint) : pathWith(pathOf(endpoint), endpoint.paths[0], given);
  const response = await fetch(url + path, {
    method: endpoint.method,
    headers: new Headers(
      [
        ['content-type', 'application/json'],
        // A connection that is kept would be one of those left over.
        ['connection', 'close'],
        ...Object.entries(CREDENTIALS[of as keyof typeof CREDENTIALS]),
        ...headers,
      ].map(([key, value]): [string, string] => [key, value]),
    ),
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(ANSWER_GUARD_MS),
  });
  const text = await response.text();
  const { replySchema, eventSchema } = endpoint.description;
  // Of Azure's own lists no schema is published.
  if (response.status === 200 && replySchema === undefined && eventSchema === undefined) JSON.parse(text);
  else assertInProvidersWords(provider, endpoint, response, text);
}

/** The path with another text, percent-encoded, in place of its last parameter. */
function pathWith(path: string, template: string, text: string): string {
  const at = template.split('/').findLastIndex((segment) => segment.includes(':'));
  const [way, query] = path.split('?');
  const segments = way.split('/');
  segments[at] = segments[at].replace(/^[^:]*/, () => encodeURIComponent(text));
  return segments.join('/') + (query === undefined ? '' : `?${query}`);
}
