/**
 * Calls to the admin API with parameters and bodies of any kind: each is answered as docs/openapi.json says, or refused as it says, and whatever
 * they leave in effect goes away with a reset.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { packageRoot } from '../../../src/kernel/package-root.js';
import type { JsonValue } from '../../http/hostile-bodies.js';
import type { FuzzTarget } from '../contract.js';
import { FUZZED, FuzzedServer } from '../fuzzed-server.js';
import { jsonTexts } from './json-texts.js';

interface Call {
  readonly method: string;
  /** As in the document, with parameters in braces. */
  readonly path: string;
  readonly parameter: string;
  readonly query: string;
  readonly body?: string;
}

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: {
    readonly [status: string]: { readonly content?: { readonly [type: string]: { readonly schema: object } } };
  };
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Described } };
  readonly components: object;
}

const ANSWER_GUARD_MS = 60_000;
const HEALTH_EVERY = 16;
/** Refusals that are about a body as such, and what an operation without one answers to any. */
const REFUSED_BODY = new Set([400, 413, 415]);
const UNTAKEN = 422;
/** Bodies that are taken, of any operation: each is sent to all. */
const BODIES: readonly JsonValue[] = [
  { duration_seconds: 60, parameters: { error_rate: 0.2 } },
  { fault: 'overloaded', probability: 0.1, duration_seconds: 60 },
  {
    fault: 'rate_limit',
    pattern: { kind: 'every_nth', n: 3 },
    match: { model: 'gpt-*', endpoint: 'openai.*' },
    retry_after_secs: 2,
  },
  { factor: 2 },
  { ttft_ms: 20, itl_ms: 1.5, match: { model: 'gpt-*' }, duration_seconds: 5 },
  { what: ['occurrences', 'state'] },
];
const FIELDS = [
  'fault',
  'match',
  'model',
  'factor',
  'ttft_ms',
  'what',
  'duration_seconds',
  'parameters',
  'pattern',
  'probability',
  'kind',
];

const document = JSON.parse(readFileSync(join(packageRoot, 'docs/openapi.json'), 'utf8')) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  path.startsWith('/admin') ? Object.entries(methods).map(([method, described]) => ({ path, method, described })) : [],
);

const parameter = fc.oneof(
  fc.constantFrom('brownout', 'some', 'slow', 'header:abc', '__proto__', 'constructor', '.', 'x'.repeat(600)),
  fc.string({ minLength: 1, maxLength: 10 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
);
const queryText = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    '1001',
    'true',
    'newest',
    'models',
    '2026-01-01T00:00:00Z',
    '9'.repeat(20),
    'WyJuZXdlc3QiLFtdXQ',
  ),
  fc.string({ maxLength: 8 }),
  fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text).toString('base64url')),
);

const calls: fc.Arbitrary<Call> = fc.oneof(
  ...operations.map(({ path, method, described }) => {
    const names = (described.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
    const pair = fc.tuple(fc.constantFrom('x', ...names, ...names, ...names), queryText);
    return {
      weight: described.requestBody === undefined ? 1 : 3,
      arbitrary: fc.record({
        method: fc.constant(method.toUpperCase()),
        path: fc.constant(path),
        parameter,
        query: fc
          .array(pair, { maxLength: 2 })
          .map((pairs) => String(new URLSearchParams(pairs.map(([key, text]): [string, string] => [key, text])))),
        body:
          method === 'get' ? fc.constant(undefined) : fc.option(jsonTexts(BODIES, FIELDS), { nil: undefined, freq: 8 }),
      }),
    };
  }),
);

export const adminTarget: FuzzTarget<Call> = {
  name: 'admin',
  promise: 'whatever is asked of the admin API, it answers or refuses as docs/openapi.json says',
  weight: 2,
  inputs: calls,
  open: async () => {
    const server = await FuzzedServer.start(FUZZED, (port) => reset(`http://127.0.0.1:${port}`));
    const validators = new Map<string, ValidateFunction>();
    let executed = 0;
    return {
      execute: async (call) => {
        await execute(server.url, call, validators);
        if (executed++ % HEALTH_EVERY === 0) await server.assertWell();
      },
      close: async () => {
        await reset(server.url);
        await server.close();
      },
    };
  },
};

async function reset(url: string): Promise<void> {
  const response = await fetch(`${url}/admin/reset`, { method: 'POST', headers: { connection: 'close' } });
  assert.equal(response.status, 200, await response.text());
}

async function execute(url: string, call: Call, validators: Map<string, ValidateFunction>): Promise<void> {
  const { method, path, parameter: text, query, body } = call;
  const way = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(text));
  // A dot would be taken for a step in the path by the client itself.
  const target = way.replaceAll(/\/(\.{1,2})(?=\/|$)/g, (_, dots: string) => `/${'%2E'.repeat(dots.length)}x`);
  const response = await fetch(`${url}${target}${query === '' ? '' : `?${query}`}`, {
    method,
    // A connection that is kept would be one of those left over.
    headers: { 'content-type': 'application/json', connection: 'close' },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(ANSWER_GUARD_MS),
  });
  const answer = await response.text();
  assert.ok(response.status < 500, `${response.status}: ${answer.slice(0, 1_000)}`);
  const validate = validatorOf(call, response.status, validators);
  assert.ok(
    validate(JSON.parse(answer)),
    `${response.status}: ${JSON.stringify(validate.errors)}\n${answer.slice(0, 2_000)}`,
  );
}

/** What the document says of such an answer. */
function validatorOf({ method, path }: Call, status: number, known: Map<string, ValidateFunction>): ValidateFunction {
  const key = `${method} ${path} ${status}`;
  let validate = known.get(key);
  if (validate === undefined) {
    const { requestBody, responses } = document.paths[path][method.toLowerCase()];
    // What bodies are refused for is not said again where none is taken; every refusal has the same schema.
    const documented = requestBody === undefined && REFUSED_BODY.has(status) ? UNTAKEN : status;
    const content = responses[documented]?.content?.['application/json'];
    assert.ok(content !== undefined, `${method} ${path} does not document ${status}`);
    validate = new Ajv2020({ strict: false }).compile({ ...content.schema, components: document.components });
    known.set(key, validate);
  }
  return validate;
}
