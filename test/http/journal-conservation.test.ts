/** Nothing is lost and nothing is counted twice: the client's log, the journal and the metrics of a spoilt run agree exactly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientAgainstJournal,
  journalAgainstMetrics,
  readJournal,
  readMetrics,
} from '../../bench/conservation/books.js';
import { sendMixture } from '../../bench/conservation/client.js';
import { spoiltConfiguration } from '../../bench/conservation/configuration.js';
import { faultNames } from '../../src/faults/registry.js';
import { startSimulator } from '../../src/index.js';

const REQUESTS = 2_500;
const LANES = 48;
const PLACES = 40;

test('the client, the journal and the metrics agree on every request, whatever goes wrong', async (t) => {
  const simulator = await startSimulator({ config: spoiltConfiguration(PLACES, REQUESTS) });
  t.after(() => simulator.stop());
  const seen = await sendMixture(simulator.port, 0, REQUESTS, LANES);
  const samples = await readMetrics(`${simulator.url}/metrics`);
  const entries = await readJournal(simulator.url);
  assert.deepEqual(clientAgainstJournal(seen, entries), []);
  assert.deepEqual(journalAgainstMetrics(entries, samples), []);

  // Of everything there was something.
  const kinds = new Set(entries.map(({ fault }) => fault));
  assert.deepEqual(
    faultNames.filter((kind) => !kinds.has(kind)),
    [],
  );
  for (const end of ['complete', 'broken', 'left'] as const)
    assert.ok(
      seen.some((reply) => reply.end === end),
      `no reply was ${end}`,
    );
  for (const outcome of ['finished', 'aborted', 'refused'] as const)
    assert.ok(
      entries.some((entry) => entry.outcome === outcome),
      `no request was ${outcome}`,
    );
  assert.ok(entries.some(({ limited_by }) => limited_by === 'requests_per_minute'));
});
