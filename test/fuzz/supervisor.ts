/**
 * Runs targets in processes of their own, some at a time, and watches over each: a process that ends without a word, or stays at one input
 * for longer than any input takes, has failed with the input that it was at.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FuzzResult } from './contract.js';
import type { TargetReport, TargetTask } from './target-process.js';
import { inputAt } from './target-run.js';
import { targetNamed } from './targets/registry.js';

/** Far above what a loaded machine needs for one input, or for opening and closing: a hang and nothing else. */
const HANG_MS = 120_000;
const LOOK_MS = 1_000;
/** Of a process's standard error, for the message when it dies. */
const KEPT_CHARS = 4_000;

const ENTRY = fileURLToPath(new URL('./target-process.ts', import.meta.url));

export type Outcome =
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'not_ready'; readonly reason: string }
  | FuzzResult;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** @param task without its progress file */
export async function supervise(task: Omit<TargetTask, 'progressFile'>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-fuzz-'));
  const progressFile = join(folder, 'progress');
  try {
    return await watched({ ...task, progressFile });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function watched(task: TargetTask): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(ENTRY, [JSON.stringify(task)], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    running.add(child);
    let said = '';
    let report: TargetReport | undefined;
    let hung = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT_CHARS);
      });
    }
    child.on('message', (message) => {
      report = message as TargetReport;
    });
    let at = { index: -1, sinceMs: performance.now() };
    const look = setInterval(() => {
      const index = progressOf(task);
      if (index !== at.index) at = { index, sinceMs: performance.now() };
      hung ||= performance.now() - at.sinceMs > HANG_MS;
      if (hung) child.kill('SIGKILL');
    }, LOOK_MS);
    child.once('close', (code, signal) => {
      clearInterval(look);
      running.delete(child);
      const ending = hung ? `hung for ${HANG_MS / 1_000} s` : `ended by ${signal ?? `exit code ${code}`}`;
      resolve(report === undefined ? outcomeOfLoss(task, `${ending}\n${said}`) : outcomeOf(report));
    });
  });
}

function outcomeOf(report: TargetReport): Outcome {
  return report.kind === 'obstacle' ? { kind: 'skipped', reason: report.obstacle } : report.result;
}

/** What a process that said nothing was at. */
function outcomeOfLoss(task: TargetTask, ending: string): Outcome {
  if (task.replay !== undefined) return { kind: 'failed', executions: 1, secs: 0, message: ending, ...task.replay };
  const index = progressOf(task);
  if (index < 0) return { kind: 'not_ready', reason: ending };
  const input = inputAt(targetNamed(task.target), task.seed, index);
  return { kind: 'failed', executions: index + 1, secs: task.seconds, message: ending, input };
}

/** -1 before the first input. */
function progressOf({ progressFile }: TargetTask): number {
  try {
    const bytes = readFileSync(progressFile);
    return bytes.length < 8 ? -1 : bytes.readDoubleLE(0);
  } catch {
    return -1;
  }
}
