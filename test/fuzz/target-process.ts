/**
 * One target in a process of its own, started by supervisor.ts, so that one which hangs or dies takes nothing along. Says by a message how it
 * went, and keeps the number of the input that it is at in a file, which can be read even when it hangs.
 */
import { openSync, writeSync } from 'node:fs';
import type { FuzzResult } from './contract.js';
import { replay, runTarget } from './target-run.js';
import { targetNamed } from './targets/registry.js';

/** What the supervisor says, as the only argument, in JSON. */
export interface TargetTask {
  readonly target: string;
  readonly seed: number;
  readonly seconds: number;
  readonly runs: number;
  /** Of 8 bytes: the number of the input, little endian. */
  readonly progressFile: string;
  /** Instead of a search. */
  readonly replay?: { readonly input: unknown };
}

export type TargetReport =
  | { readonly kind: 'obstacle'; readonly obstacle: string }
  | { readonly kind: 'result'; readonly result: FuzzResult };

process.once('disconnect', () => process.exit(1));
const report = await run(JSON.parse(process.argv[2]) as TargetTask);
process.send?.(report, () => process.exit(0));

async function run(task: TargetTask): Promise<TargetReport> {
  const target = targetNamed(task.target);
  const obstacle = await target.obstacle?.();
  if (obstacle !== undefined) return { kind: 'obstacle', obstacle };
  if (task.replay !== undefined) {
    try {
      await replay(target, task.replay.input);
      return { kind: 'result', result: { kind: 'passed', executions: 1, secs: 0 } };
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'result', result: { kind: 'failed', executions: 1, secs: 0, message, input: task.replay.input } };
    }
  }
  const progress = openSync(task.progressFile, 'w');
  const bytes = new DataView(new ArrayBuffer(8));
  const onInput = (index: number) => {
    bytes.setFloat64(0, index, true);
    writeSync(progress, bytes, 0, 8, 0);
  };
  return { kind: 'result', result: await runTarget(target, { ...task, onInput }) };
}
