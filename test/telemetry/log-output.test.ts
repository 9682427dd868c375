/** Log lines on their way to an output that is slow, full, or gone. */
import assert from 'node:assert/strict';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { LogOutput, type LogOutputOptions } from '../../src/telemetry/log-output.js';
import { eventually, temporaryFolder } from '../process/program.js';

const line = (number: number): string => `line ${number}\n`;

function outputTo(descriptor: number, more: Partial<LogOutputOptions> = {}) {
  const failures: string[] = [];
  const drops: { lines: number; reason: string }[] = [];
  const output = new LogOutput({
    descriptor,
    bufferBytes: 64,
    flushIntervalMs: 5,
    backlogBytesMax: 1_000,
    onFailing: (code) => failures.push(code),
    onDropped: (lines, reason) => drops.push({ lines, reason }),
    ...more,
  });
  return { output, failures, drops };
}

test('lines come out whole and in order', async () => {
  const file = join(temporaryFolder(), 'log');
  const descriptor = openSync(file, 'w');
  const { output } = outputTo(descriptor, { backlogBytesMax: 1e6 });
  const lines = Array.from({ length: 500 }, (_, number) => line(number));
  for (const text of lines) output.write(text);
  await output.close(10_000);
  output.write('too late\n');
  assert.equal(readFileSync(file, 'utf8'), lines.join(''));
  closeSync(descriptor);
});

describe('an output that is full', { skip: !existsSync('/dev/full') }, () => {
  test('costs its lines, is told of once, holds nothing more, and does not keep close() waiting', async () => {
    const descriptor = openSync('/dev/full', 'w');
    after(() => closeSync(descriptor));
    const { output, failures } = outputTo(descriptor);
    output.write(line(0));
    await eventually(
      () => failures[0],
      () => 'nobody was told',
    );
    for (let number = 1; number <= 100; number++) output.write(line(number));
    assert.equal(output.dropped, 100);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await output.close(60_000);
    assert.deepEqual(failures, ['ENOSPC']);
  });
});

test('a reader that stops for a while costs what the backlog cannot hold, and the count of it is told', async () => {
  const { spawnSync } = await import('node:child_process');
  const fifo = join(temporaryFolder(), 'fifo');
  if (spawnSync('mkfifo', [fifo]).status !== 0) return;
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK);
  const filler = Buffer.alloc(4_096, '\n');
  assert.throws(() => {
    for (;;) writeSync(writer, filler);
  }, /EAGAIN/);
  const { output, failures, drops } = outputTo(writer);
  for (let number = 0; number < 1_000; number++) output.write(line(number));
  assert.ok(output.dropped > 0);
  const read = Buffer.alloc(65_536);
  let text = '';
  await eventually(
    () => {
      try {
        text += read.toString('latin1', 0, readSync(reader, read));
      } catch {
        // Nothing there at the moment.
      }
      return text.includes(line(0)) && drops.length > 0 ? true : undefined;
    },
    () => 'the lines that were held did not come',
  );
  await output.close(10_000);
  assert.deepEqual(failures, []);
  assert.equal(drops[0].reason, 'standard output is not read fast enough');
  assert.equal(drops[0].lines, output.dropped);
  closeSync(reader);
  closeSync(writer);
});
