/** The pure pieces of the capacity measurement: command line, placement, counted system calls, delays of several clients. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOptions } from '../../bench/capacity/options.js';
import { partNames } from '../../bench/capacity/part.js';
import { coresFor } from '../../bench/capacity/placement.js';
import { countSends } from '../../bench/capacity/syscalls.js';
import { windowOf } from '../../bench/streams/client-crew.js';
import { LatencyHistogram } from '../../bench/streams/latency-histogram.js';

describe('the command line', () => {
  test('measures everything that the page shows when nothing is said', () => {
    const options = parseOptions([]);
    assert.deepEqual(options.parts, partNames);
    assert.deepEqual(options.extent.streams, [1_000, 2_000, 5_000, 10_000, 20_000]);
    assert.ok(options.extent.pairs >= 5);
    assert.equal(options.extent.soakMinutes, 30);
    assert.match(options.resultsFolder!, /docs.capacity$/);
  });

  test('takes several parts in the order of the page, and writes nothing after a smoke test', () => {
    const options = parseOptions(['--only', 'soak,paced', '--quick']);
    assert.deepEqual(options.parts, ['paced', 'soak']);
    assert.equal(options.resultsFolder, undefined);
    assert.equal(parseOptions(['--quick', '--results', '/x']).resultsFolder, '/x');
  });

  test('says what is wrong', () => {
    for (const [args, message] of [
      [['--only', 'pace'], /no part pace/],
      [['--only', ''], /names no part/],
      [['--pairs', '0'], /--pairs must be an integer from 1/],
      [['--pairs', '1.5'], /--pairs must be an integer/],
      [['--streams', '1000,x'], /--streams must be an integer/],
      [['--streams', ''], /--streams takes from 1/],
      [['--minutes', '-1'], /ambiguous|--minutes/],
      [['--transport', 'tcp'], /--transport must be/],
      [['--unknown'], /unknown/i],
    ] as const) {
      assert.throws(() => parseOptions(args), { message }, args.join(' '));
    }
  });
});

test('servers and clients never share a core where there are two', () => {
  assert.deepEqual(coresFor(1, 1, 2), { servers: '0', clients: '1' });
  assert.deepEqual(coresFor(2, 2, 2), { servers: '0', clients: '1' });
  assert.deepEqual(coresFor(2, 2, 8), { servers: '0-1', clients: '2-3' });
  assert.deepEqual(coresFor(2, 3, 4), { servers: '0-1', clients: '2-3' });
  assert.deepEqual(coresFor(1, 1, 1), { servers: undefined, clients: undefined });
});

test('system calls count when they send on a TCP socket within the window', () => {
  const tcp = '<TCP:[127.0.0.1:8080->127.0.0.1:40000]>';
  const trace = [
    `101 99.9 sendto(31${tcp}, ""..., 264, MSG_NOSIGNAL, NULL, 0) = 264`,
    `101 100.1 sendto(31${tcp}, ""..., 264, MSG_NOSIGNAL, NULL, 0) = 264`,
    `101 100.2 write(32${tcp}, ""..., 264 <unfinished ...>`,
    '101 100.3 <... write resumed>) = 264',
    '101 100.4 write(9<anon_inode:[eventfd]>, ""..., 8) = 8',
    '101 100.5 sendmsg(12<UNIX-STREAM:[5->6]>, {msg_iov=[]}, 0) = 20',
    `100.6 writev(31${tcp}, [{iov_len=3}], 1) = 3`,
    `101 101.0 sendmsg(31${tcp}, {msg_iov=[]}, 0) = 20`,
    '',
  ].join('\n');
  assert.equal(countSends(trace, 100, 101), 3);
});

test('delays of several clients are those of all their streams together', () => {
  const clients = [new LatencyHistogram(), new LatencyHistogram()];
  const all = new LatencyHistogram();
  for (let us = 0; us < 20_000; us += 7) {
    clients[us % 2].record(us);
    all.record(us);
  }
  const windows = clients.map((histogram, index) => ({
    seconds: 2,
    fromUs: 100 + index,
    toUs: 200 + index,
    events: 10,
    bytes: 1_000,
    reads: 5,
    clientCpuShare: 0.3 + index / 10,
    slip: JSON.parse(JSON.stringify(histogram.counts())),
  }));
  const window = windowOf(windows);
  assert.deepEqual(window.slip, all.figures());
  assert.deepEqual(
    { ...window, slip: undefined },
    { seconds: 2, fromUs: 100, toUs: 201, events: 20, bytes: 2_000, reads: 10, clientCpuShare: 0.4, slip: undefined },
  );
});
