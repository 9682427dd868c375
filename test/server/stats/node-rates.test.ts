/** A node's rates from its processes' reports: nothing counts twice, and a process that is replaced begins anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeRates } from '../../../src/server/stats/node-rates.js';

class Node {
  nowUs = 0;
  readonly rates = new NodeRates({ nowUs: () => this.nowUs });

  /** The process of the place says what it has done since its start. */
  report(place: number, pid: number, requests: number, errors = 0): void {
    const use = { uptimeSecs: 0, cpuCores: 0, residentBytes: 0, heapBytes: 0, generation: 1 };
    const gauges = { activeRequests: 0, waitingRequests: 0, renderingRequests: 0, connections: 0 };
    const totals = { requests, errors, inputTokens: 3 * requests, outputTokens: 2 * requests, chunks: 5 * requests };
    this.rates.report(place, { process: { pid, ...use, ...gauges }, totals });
  }

  /** Seconds pass. */
  pass(seconds = 1): this {
    this.nowUs += seconds * 1e6;
    return this;
  }
}

test('what processes report adds up, each thing once', () => {
  const node = new Node();
  node.report(0, 1, 100, 10);
  node.report(1, 2, 50);
  node.pass().report(0, 1, 130, 10);
  node.report(1, 2, 70);
  node.pass();
  const { last_10_seconds: rates } = node.rates.read();
  assert.deepEqual(rates, { requests: 100, errors: 5, input_tokens: 300, output_tokens: 200, chunks: 500 });
});

test('a process that takes a lost one’s place counts from its own start', () => {
  const node = new Node();
  node.report(0, 1, 100);
  node.pass().report(0, 9, 20);
  node.pass();
  assert.equal(node.rates.read().last_60_seconds.requests, 60);
});

test('what is over is forgotten, in ten seconds and in sixty', () => {
  const node = new Node();
  node.pass().report(0, 1, 600);
  node.pass(9);
  assert.deepEqual(node.rates.read().last_10_seconds.requests, 60);
  node.pass(51).report(0, 1, 600);
  assert.equal(node.rates.read().last_10_seconds.requests, 0);
  assert.equal(node.rates.read().last_60_seconds.requests, 10);
  node.pass(1);
  assert.equal(node.rates.read().last_60_seconds.requests, 0);
});

test('a reset forgets what was done, and counts what is done from then on', () => {
  const node = new Node();
  node.report(0, 1, 100);
  node.pass();
  node.rates.clear();
  node.report(0, 1, 107);
  node.pass();
  assert.equal(node.rates.read().last_60_seconds.requests, 7);
});
