/** The fuzzer finds what is planted, makes it small, tells the same from the same seed, and sees what is left behind. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FuzzTarget } from './contract.js';
import { readFinding, saveFinding } from './findings.js';
import { parseOptions } from './options.js';
import { inputAt, replay, runTarget } from './target-run.js';

const SEARCH = { seed: 7, seconds: 600, runs: 500 };

interface Planted {
  readonly target: FuzzTarget<number[]>;
  readonly executed: number[][];
  closed: number;
}

/** @param breaks whether an input breaks the promise */
function planted(breaks: (input: number[]) => boolean, atTheEnd?: string): Planted {
  const executed: number[][] = [];
  const plant: Planted = {
    executed,
    closed: 0,
    target: {
      name: 'planted',
      promise: 'nothing',
      weight: 1,
      inputs: fc.array(fc.nat(1_000)),
      open: async () => ({
        execute: (input) => {
          executed.push(input);
          assert.ok(!breaks(input), 'a promise is broken');
        },
        close: async () => {
          plant.closed++;
          assert.equal(atTheEnd, undefined, atTheEnd);
        },
      }),
    },
  };
  return plant;
}

describe('a fuzzed target', () => {
  test('that keeps its promise passes, with as many inputs as were asked for', async () => {
    const plant = planted(() => false);
    const result = await runTarget(plant.target, SEARCH);
    assert.equal(result.kind, 'passed');
    assert.equal(result.executions, SEARCH.runs);
    assert.equal(plant.closed, 1);
  });

  test('that does not is found out, and the input is made smaller', async () => {
    const plant = planted((input) => input.some((value) => value > 600));
    const result = await runTarget(plant.target, SEARCH);
    assert.equal(result.kind, 'failed');
    assert.deepEqual(result.input, [601]);
    assert.match(result.message, /a promise is broken/);
    assert.equal(plant.closed, 1);
    await assert.rejects(replay(plant.target, result.input as number[]), /a promise is broken/);
    await replay(plant.target, [600]);
  });

  test('that leaves something behind fails without an input', async () => {
    const result = await runTarget(planted(() => false, 'a file is open').target, SEARCH);
    assert.equal(result.kind, 'failed');
    assert.equal('input' in result, false);
    assert.match(result.message, /a file is open/);
  });

  test('gets the same inputs from the same seed, one by one as well', async () => {
    const [one, other] = [planted(() => false), planted(() => false)];
    for (const { target } of [one, other]) await runTarget(target, SEARCH);
    assert.deepEqual(one.executed, other.executed);
    assert.deepEqual(inputAt(one.target, SEARCH.seed, 123), one.executed[123]);
    const third = planted(() => false);
    await runTarget(third.target, { ...SEARCH, seed: SEARCH.seed + 1 });
    assert.notDeepEqual(third.executed, one.executed);
  });

  test('ends when its time is up, with the execution that is under way', async () => {
    const plant = planted(() => false);
    const result = await runTarget(plant.target, { ...SEARCH, seconds: 0 });
    assert.equal(result.kind, 'passed');
    assert.equal(result.executions, plant.executed.length);
    assert.ok(result.executions < SEARCH.runs);
  });
});

describe('what was found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-findings-'));
  test('is saved with the command that tries it again', (t) => {
    t.after(() => rmSync(folder, { recursive: true }));
    const finding = { target: 'texts', seed: 1, executions: 5, message: 'm', input: { text: '\ud800\u0000ÿ' } };
    const { file, again } = saveFinding(join(folder, 'new'), finding);
    assert.equal(again, `npm run fuzz -- --replay ${file}`);
    assert.deepEqual(readFinding(file).input, finding.input);
    const { input: _, ...leak } = finding;
    const saved = saveFinding(folder, leak);
    assert.match(saved.again, /--target texts --seed 1 --runs 5 /);
    assert.throws(() => readFinding(saved.file), /holds no input/);
  });
});

describe('the command line', () => {
  for (const args of [
    ['--seconds', '0'],
    ['--seconds', 'x'],
    ['--seed', '1.5'],
    ['--seed', '-1'],
    ['--runs', '0'],
    ['--what'],
    ['x'],
  ]) {
    test(`${args.join(' ')} is refused`, () => assert.throws(() => parseOptions(args), Error));
  }

  test('has a minute for all targets, and draws the seed', () => {
    const { seconds, seed, targets, replay: file } = parseOptions([]);
    assert.deepEqual({ seconds, seed, targets, file }, { seconds: 60, seed: undefined, targets: [], file: undefined });
    assert.equal(parseOptions(['--seed', '0']).seed, 0);
    assert.deepEqual(parseOptions(['--target', 'yaml', '--target', 'rings']).targets, ['yaml', 'rings']);
  });
});
