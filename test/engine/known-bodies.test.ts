import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { KnownBodies } from '../../src/engine/known-bodies.js';
import { Renderer } from '../../src/engine/renderer.js';
import { requestHeaderNames } from '../../src/engine/request-headers.js';
import { endpoints } from '../../src/providers/registry.js';
import type { RenderRequest } from '../../src/runtime/render-request.js';
import { VALID_BODIES } from '../http/valid-bodies.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

const snapshot = snapshotOf();

function createRenderer(): Renderer {
  return new Renderer({
    snapshot,
    tokenizers,
    countOccurrence: () => 0,
    fillRandom: () => assert.fail('a deterministic simulation asks for no entropy'),
    wallClockSecs: () => assert.fail('a deterministic simulation asks for no time'),
    onDefect: (error) => assert.fail(`defect: ${error}`),
  });
}

function requestOf(
  name: string,
  body: unknown,
  requestKey: string,
  given: { readonly [header: string]: string } = {},
  model = 'gemini-2.5-flash',
): RenderRequest {
  // Gemini's are listed without their version.
  const names = [name, name.replace('gemini.', 'gemini.v1beta.')];
  const endpoint = endpoints.findIndex((route) => names.includes(route.endpoint.name));
  const { provider, endpoint: route } = endpoints[endpoint];
  const headers: { readonly [header: string]: string } = {
    'anthropic-version': '2023-06-01',
    'x-api-key': 'any',
    ...given,
  };
  return {
    slot: 0,
    generation: 0,
    endpoint,
    configurationGeneration: 1,
    requestKey,
    query: 'api-version=2024-10-21',
    parameters: [...route.paths[0].matchAll(/:\w+/g)].map(() => model),
    headers: requestHeaderNames(provider, snapshot).map((header) => headers[header]),
    recalled: undefined,
    atUs: 0,
    steering: undefined,
    isGzip: false,
    body: Buffer.from(JSON.stringify(body)),
  };
}

describe('a request whose body came before', () => {
  for (const [name, bodies] of Object.entries(VALID_BODIES)) {
    test(`${name}: gets the plan that it would have got otherwise`, () => {
      const renderer = createRenderer();
      for (const body of bodies) {
        for (const key of ['first', 'second', 'third', 'fourth', 'first']) {
          const request = requestOf(name, body, key);
          assert.deepEqual(Buffer.from(renderer.render(request)), Buffer.from(createRenderer().render(request)), key);
        }
      }
    });
  }

  test('is answered by its own head, whatever head the body came with before', () => {
    const renderer = createRenderer();
    const body = { contents: [{ role: 'user', parts: [{ text: 'How are you?' }] }] };
    const generate = 'gemini.v1beta.models.generate_content';
    const count = 'gemini.v1beta.models.count_tokens';
    const asked = [
      requestOf(generate, body, 'k'),
      requestOf(generate, body, 'k'),
      requestOf(generate, body, 'k', {}, 'gemini-2.5-pro'),
      requestOf(generate, body, 'k', {}, 'none'),
      requestOf(count, body, 'k'),
      requestOf('openai.chat.completions', body, 'k'),
      requestOf('anthropic.messages', body, 'k', { 'anthropic-version': '2020-01-01' }),
      requestOf(generate, body, 'k'),
    ];
    for (const request of [...asked, ...asked.toReversed()]) {
      assert.deepEqual(Buffer.from(renderer.render(request)), Buffer.from(createRenderer().render(request)));
    }
  });
});

describe('the bodies that are known', () => {
  test('are found from the second time on by all of their bytes, and what is found out about them stays', () => {
    const bodies = new KnownBodies();
    const bytes = Buffer.from('{"a":1}');
    assert.equal(bodies.find(bytes), undefined);
    const known = bodies.find(bytes) ?? assert.fail('not kept');
    assert.equal(
      known.document(() => 'parsed'),
      'parsed',
    );
    const again = bodies.find(Buffer.from(bytes)) ?? assert.fail('not found');
    assert.equal(
      again.document(() => assert.fail('parsed again')),
      'parsed',
    );
    assert.equal(bodies.find(Buffer.from('{"a":2}')), undefined);
  });

  test('keep their own bytes, whatever becomes of those that they came in', () => {
    const bodies = new KnownBodies();
    const bytes = Buffer.from('{"a":1}');
    bodies.find(bytes);
    bodies.find(bytes)?.document(() => 'parsed');
    bytes.fill(0x20);
    assert.equal(bodies.find(bytes), undefined, 'the next request in the same memory is another');
    const again = bodies.find(Buffer.from('{"a":1}')) ?? assert.fail('not found');
    assert.equal(
      again.document(() => assert.fail('parsed again')),
      'parsed',
    );
  });

  test('are never taken for each other', () => {
    const bodies = new KnownBodies();
    const text = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', '\0') });
    fc.assert(
      fc.property(text, (body) => {
        const found = bodies.find(Buffer.from(body));
        assert.equal(found?.document(() => body) ?? body, body);
      }),
      { numRuns: 5_000 },
    );
  });

  test('are bounded: what was kept first is forgotten', () => {
    const bodies = new KnownBodies();
    const body = (index: number) => Buffer.from(`body ${index}`.padEnd(60_000));
    for (let index = 0; index < 100; index++) {
      bodies.find(body(index));
      assert.notEqual(bodies.find(body(index)), undefined);
    }
    const document = {};
    // Kept anew, with nothing known of it.
    assert.equal(
      bodies.find(body(0))?.document(() => document),
      document,
    );
    assert.equal(bodies.find(Buffer.alloc(70_000)), undefined);
    assert.equal(bodies.find(Buffer.alloc(70_000)), undefined);
    assert.equal(bodies.find(Buffer.alloc(0)), undefined);
  });
});
