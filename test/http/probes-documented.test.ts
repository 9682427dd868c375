/**
 * What the probes answer is what docs/openapi.json says: every branch of theirs by itself, and the library on each transport. A schema may
 * neither lack what is answered nor name what never is.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startSimulator } from '../../src/index.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { operations } from '../../src/server/handlers/operations.js';
import { HEALTH_STATUSES, type ProbedNode, probes } from '../../src/server/handlers/probes.js';
import { NODE_HEALTHS, STATE_HEALTHS } from '../../src/server/node-link.js';
import { firstVerdict, SATURATION_REASONS, type Verdict } from '../../src/server/saturation/verdict.js';
import { TRANSPORT_NAMES } from '../../src/server/transport/contract.js';
import { AT_ONCE } from './chat-client.js';
import { assertDocumented, documentedSchema } from './documented-answers.js';
import { availableTransports } from './transport/harness.js';

const PHASES: readonly ProbedNode['phase'][] = ['starting', 'serving', 'lame_duck', 'draining'];

const calm = firstVerdict(20_000);
const verdicts: readonly Verdict[] = [
  calm,
  { ...calm, pressure: { now: true, occupancy: 1, waiting: 3 } },
  {
    ...calm,
    reasons: SATURATION_REASONS,
    sinceMs: 1_700_000_000_000,
    slip: { count: 20, p50Us: 1, p99Us: 30_000.4, maxUs: 40_000 },
    stalledPlaces: [0, 3],
  },
];
const transports = [undefined, ...TRANSPORT_NAMES.map((name) => ({ name, reason: 'it loads here' }))];

/** A node for each combination of what its probes tell apart. */
function* nodes(): Generator<ProbedNode> {
  for (const phase of PHASES)
    for (const state of STATE_HEALTHS)
      for (const node of NODE_HEALTHS)
        for (const verdict of verdicts)
          for (const transport of transports) {
            const facts = { version: '1.2.3', transport, processes: 2, threads: 1 };
            yield { facts, phase, state, node, verdict, uptimeSecs: 0.5, generation: 1 };
          }
}

describe('the probes', () => {
  for (const [path, probe] of probes) {
    test(`${path} answers as documented, whatever the node is like`, () => {
      for (const node of nodes()) {
        const { status, document } = probe(node);
        assertDocumented(`GET ${path}`, status, JSON.parse(JSON.stringify(document)));
      }
    });

    test(`${path} has every status that is documented`, () => {
      const statuses = new Set([...nodes()].map((node) => probe(node).status));
      const { failures = [] } = operations[path];
      assert.deepEqual([...statuses].toSorted(), [200, ...failures.map(({ status }) => status)]);
    });

    test(`${path} is described key by key, and an unknown one is none of its`, () => {
      assertDescribed(documentedSchema(`GET ${path}`, 200), path);
      const { document } = probe([...nodes()][0]);
      assert.throws(() => assertDocumented(`GET ${path}`, 200, { ...document, more: 1 }), /additionalProperties/);
    });
  }

  test('call a node by each of the words that are documented, at one time or another', () => {
    const health = probes.get('/health')!;
    const words = [...nodes()].map((node) => (health(node).document as { status: string }).status);
    assert.deepEqual([...new Set(words)].toSorted(), HEALTH_STATUSES.toSorted());
  });
});

function assertDescribed(schema: JsonSchema, path: string): void {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const place = `${path} ${key}`;
    assert.notEqual(property.description ?? '', '', `${place} has no description`);
    if (/_ms$|_seconds$/.test(key)) assert.ok(property['x-unit'] !== undefined, `${place} has no unit`);
    assertDescribed(property, place);
  }
  if (schema.properties !== undefined) {
    assert.equal(schema.additionalProperties, false, path);
    assert.deepEqual(schema.required, Object.keys(schema.properties), path);
  }
  for (const inner of [...(schema.anyOf ?? []), ...(schema.items === undefined ? [] : [schema.items])])
    assertDescribed(inner, path);
}

for (const { name } of availableTransports) {
  test(`the library answers its probes as documented, serving and as a lame duck (${name})`, async (t) => {
    const simulator = await startSimulator({ config: { ...AT_ONCE, server: { transport: name } } });
    t.after(() => simulator.stop());
    const statuses = async (): Promise<number[]> => {
      const seen: number[] = [];
      for (const path of probes.keys()) {
        const response = await fetch(simulator.url + path);
        assertDocumented(`GET ${path}`, response.status, await response.json());
        seen.push(response.status);
      }
      return seen;
    };
    assert.deepEqual(await statuses(), [200, 200, 200]);
    const drained = simulator.drain({ lameDuckSecs: 600 });
    assert.deepEqual(await statuses(), [200, 503, 200]);
    await simulator.stop();
    await drained;
  });
}
