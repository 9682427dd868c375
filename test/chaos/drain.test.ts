/** A node that is told to end under load: nobody is refused, reset or cut off who came in time, on any transport that loads here. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configurationOf, type DrainedConfiguration, Expected } from '../../bench/drain/configuration.js';
import { runDrain } from '../../bench/drain/drain-run.js';
import { freePorts, NodeProcess } from '../../bench/drain/node-process.js';
import { availableTransports } from '../http/transport/harness.js';
import { moduleArguments, temporaryFile } from '../process/program.js';

const STREAMS = 200;

async function start(options: DrainedConfiguration): Promise<{ node: NodeProcess; expected: Expected }> {
  const configuration = configurationOf(options);
  const [port, metricsPort] = (await freePorts(2)) as [number, number];
  const configurationFile = temporaryFile('drained.yaml', JSON.stringify(configuration));
  const node = await NodeProcess.start({ command: moduleArguments('src/main'), configurationFile, port, metricsPort });
  return { node, expected: await Expected.of(configuration) };
}

for (const { name } of availableTransports) {
  describe(`SIGTERM under load (${name})`, () => {
    for (const processes of [1, 2]) {
      test(`with ${processes} acceptor process(es): streams are whole, and whoever comes in time is served`, async () => {
        const { expected, node } = await start({
          transport: name,
          processes,
          requests: 2_000,
          lameDuckSecs: 2,
          shutdownTimeoutSecs: 100,
          itlMs: 100,
        });
        const result = await runDrain({
          node,
          expected,
          streams: STREAMS,
          tokens: 60,
          newcomersPerSec: 100,
          regulars: 10,
          mayLoseAtClose: name === 'uws',
        });
        assert.deepEqual(result.defects, []);
        assert.deepEqual([result.wholeStreams, result.exitCode], [STREAMS, 0]);
        assert.ok(result.listenersClosedAfterMs >= 2_000, `after ${result.listenersClosedAfterMs} ms`);
      });
    }
  });
}
