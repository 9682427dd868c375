/** Makes an experiment of the verification a test: few streams, and no judgement of how fast the node heals. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Experiment } from '../../bench/chaos/experiment.js';
import { moduleArguments, temporaryFolder } from '../process/program.js';

const STREAMS = 60;
const skip = process.platform !== 'linux';

export function testExperiment({ run, what }: Experiment, promise: string): void {
  test(`${what}: ${promise}`, { skip }, async () => {
    const { defects } = await run({
      command: moduleArguments('src/main'),
      folder: temporaryFolder(),
      transport: 'auto',
      streams: STREAMS,
      healMsMax: undefined,
    });
    assert.deepEqual(defects, []);
  });
}
