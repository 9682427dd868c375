/** Which frames say something about lateness. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { StreamTable } from '../../src/runtime/stream-table.js';
import { StreamMeter } from '../../src/server/streaming/stream-meter.js';
import { countDelays } from '../../src/telemetry/delay-histogram.js';
import { renderMetrics } from '../../src/telemetry/exposition.js';
import { AcceptorMetrics } from '../../src/telemetry/metrics.js';
import { samplesOf } from '../process/prometheus.js';

const SLOT = 0;
const ARRIVAL_US = 1e6;
const TTFT_US = 400_000;
const ITL_US = 20_000;
const FIRST_US = ARRIVAL_US + TTFT_US;

describe('a meter of streams', () => {
  let table: StreamTable<string>;
  let meter: StreamMeter;
  let metrics: AcceptorMetrics;
  beforeEach(() => {
    const none = () => 0;
    const gauges = {
      activeRequests: none,
      activeStreams: none,
      waitingRequests: none,
      renderingRequests: none,
      backpressure: () => false,
      connections: none,
      generation: none,
    };
    metrics = new AcceptorMetrics(['m'], gauges);
    table = new StreamTable<string>(1);
    table.acquire();
    table.startUs[SLOT] = ARRIVAL_US;
    table.deadlineUs[SLOT] = FIRST_US;
    meter = new StreamMeter({ table, ledger: { firstByte: () => {} }, metrics, nowUs: ARRIVAL_US });
    meter.begin(SLOT, 0);
  });

  const counts = (nowUs: number) => [countDelays(meter.slip.read(nowUs)), countDelays(meter.starts.read(nowUs))];

  test('counts every planned frame, the first token and whole replies among the starts', () => {
    meter.wrote(SLOT, FIRST_US, FIRST_US + 700);
    meter.next(SLOT, ITL_US);
    meter.wrote(SLOT, FIRST_US + ITL_US, FIRST_US + ITL_US + 5_000);
    assert.deepEqual(counts(FIRST_US + ITL_US), [2, 1]);
    assert.equal(meter.slip.read(FIRST_US).maxUs, 5_000);
    assert.equal(meter.starts.read(FIRST_US).maxUs, 700);
    meter.replied(SLOT, FIRST_US + 9_000);
    assert.deepEqual(counts(FIRST_US), [3, 2]);
  });

  test('counts a first frame whose plan came after its time: a backlog of the workers is lateness', () => {
    meter.wrote(SLOT, FIRST_US, FIRST_US + 250_000);
    assert.equal(meter.starts.read(FIRST_US + 250_000).maxUs, 250_000);
  });

  test('leaves out what the client held up by not reading, and counts what comes after it', () => {
    meter.wrote(SLOT, FIRST_US, FIRST_US);
    meter.next(SLOT, ITL_US);
    const resumedUs = FIRST_US + 3e6;
    meter.resumed(SLOT, resumedUs);
    meter.wrote(SLOT, FIRST_US + ITL_US, resumedUs + 10);
    assert.deepEqual(counts(resumedUs), [1, 1]);
    meter.wrote(SLOT, resumedUs + ITL_US, resumedUs + ITL_US + 40);
    assert.deepEqual(counts(resumedUs), [2, 1]);
  });

  test('leaves out of the verdict what was planned for at once, and keeps it in the histogram', async () => {
    table.deadlineUs[SLOT] = ARRIVAL_US;
    meter.wrote(SLOT, ARRIVAL_US, ARRIVAL_US + 90_000);
    meter.replied(SLOT, ARRIVAL_US + 90_000);
    assert.deepEqual(counts(ARRIVAL_US + 90_000), [0, 0]);
    const samples = samplesOf(renderMetrics([await metrics.snapshot()]));
    assert.equal(samples.get('llm_simulator_slip_seconds_count'), 2);
  });

  test('tells how long a frame has been due that is not written, from when the client reads', () => {
    assert.equal(meter.overdueUs(SLOT, FIRST_US - 1), 0);
    assert.equal(meter.overdueUs(SLOT, FIRST_US + 5_000), 5_000);
    meter.resumed(SLOT, FIRST_US + 4_000);
    assert.equal(meter.overdueUs(SLOT, FIRST_US + 5_000), 1_000);
    table.deadlineUs[SLOT] = ARRIVAL_US;
    assert.equal(meter.overdueUs(SLOT, FIRST_US), 0, 'planned for at once');
  });
});
