/** Refused requests in the log: few lines, and nothing in them that a client made up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { openai } from '../../src/providers/openai/index.js';
import { RefusalLog } from '../../src/server/refusal-log.js';
import type { Exchange } from '../../src/server/transport/contract.js';

interface Line {
  readonly msg: string;
  readonly method?: string;
  readonly left_out?: number;
}

function stage() {
  const lines: Line[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) });
  const clock = { us: 5e6, nowUs: () => clock.us };
  const log = new RefusalLog(clock, logger);
  const refuse = (method = 'POST') =>
    log.refused({ method, path: '/secret', remoteAddress: () => '10.0.0.1' } as Exchange, openai, 404, 'unknown_route');
  return { lines, log, clock, refuse, logger };
}

test('says what was refused and why, and nothing of the path or an odd method', () => {
  const { lines, refuse } = stage();
  refuse();
  refuse('SECRET');
  const common = { level: 30, dialect: 'openai', status: 404, cause: 'unknown_route', address: '10.0.0.1' };
  assert.deepEqual(
    lines.map(({ msg, ...facts }) => facts),
    [
      { ...common, method: 'POST' },
      { ...common, method: 'other' },
    ],
  );
  assert.ok(lines.every(({ msg }) => msg === 'request refused'));
});

test('has at most ten lines a second, and says how many more there would be', () => {
  const { lines, log, clock, refuse } = stage();
  for (let request = 0; request < 1_000; request++) refuse();
  assert.equal(lines.length, 10);
  log.tell();
  assert.equal(lines.at(-1)?.left_out, 990);
  log.tell();
  assert.equal(lines.length, 11, 'nothing more was left out');
  clock.us += 1e6;
  refuse();
  assert.equal(lines.length, 12);
});

test('costs nothing where nobody reads it', () => {
  const { lines, log, logger, refuse } = stage();
  logger.level = 'warn';
  for (let request = 0; request < 100; request++) refuse();
  log.tell();
  assert.deepEqual(lines, []);
});
