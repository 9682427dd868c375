/**
 * Runs a page in a folder of its own in which the repository's files can be named as from a checkout, and says what went wrong: commands
 * that failed, and output that is not what the page shows.
 */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/kernel/package-root.js';
import type { Command, Step } from './command-blocks.js';
import { mismatch } from './expected-output.js';
import { type Isolation, isInstalled } from './isolation.js';
import { isRun, scriptOf } from './page-script.js';

const SHIMS = join(dirname(fileURLToPath(import.meta.url)), 'shims');

interface RunFolders {
  readonly run: string;
  readonly page: string;
  readonly bin: string;
}

/** Runs the steps and returns what is wrong, in words; empty is good. */
export async function runSteps(steps: readonly Step[], isolation: Isolation): Promise<string[]> {
  const folders = makeFolders();
  try {
    steps.forEach((step, index) => {
      if (step.kind === 'file') writeFileSync(join(folders.run, `${index}.file`), step.text);
    });
    writeFileSync(join(folders.run, 'page.sh'), scriptOf(steps, isInstalled));
    await runScript(folders, isolation);
    return judge(steps, folders.run);
  } finally {
    if (!isolation.isOwnProcesses) endServers(folders.run);
    rmSync(folders.page, { recursive: true, force: true });
    rmSync(folders.run, { recursive: true, force: true });
  }
}

function makeFolders(): RunFolders {
  const run = mkdtempSync(join(tmpdir(), 'docs-run-'));
  const page = mkdtempSync(join(tmpdir(), 'docs-page-'));
  const bin = join(run, 'bin');
  mkdirSync(join(bin, 'installed'), { recursive: true });
  mkdirSync(join(run, 'starts'));
  for (const name of ['llm-simulator', 'npm']) symlinkSync(join(SHIMS, name), join(bin, name));
  symlinkSync(join(packageRoot, 'dist/src/main.js'), join(bin, 'installed/llm-simulator'));
  // On a terminal, where readers are, curl shows no progress.
  writeFileSync(join(page, '.curlrc'), 'silent\nshow-error\n');
  copyFileSync(join(SHIMS, 'prelude.sh'), join(run, 'prelude.sh'));
  for (const name of readdirSync(packageRoot)) {
    if (name !== '.git') symlinkSync(join(packageRoot, name), join(page, name));
  }
  return { run, page, bin };
}

function runScript({ run, page, bin }: RunFolders, { prefix }: Isolation): Promise<void> {
  const command = [...prefix, 'bash', '--noprofile', '--norc', join(run, 'page.sh')];
  const child = spawn(command[0]!, command.slice(1), {
    cwd: page,
    stdio: 'ignore',
    env: {
      PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: page,
      LANG: 'C.UTF-8',
      // Nobody dies here, and what stands by for it would take half a second of every server's start.
      LLM_SIM__SERVER__SPARE_ACCEPTOR: 'false',
      DOCS_RUN: run,
      DOCS_BIN: bin,
    },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
}

/** Without a table of processes of their own, servers are ended one by one. */
function endServers(run: string): void {
  for (const pid of readdirSync(join(run, 'starts'))) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

interface Failure {
  readonly status: number;
  readonly command: string;
}

function failuresOf(run: string): Map<string, Failure[]> {
  const failures = new Map<string, Failure[]>();
  const file = join(run, 'failures');
  if (!existsSync(file)) return failures;
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [step, status, command] = line.split('\t');
    failures.set(step!, [...(failures.get(step!) ?? []), { status: Number(status), command: command! }]);
  }
  return failures;
}

function judge(steps: readonly Step[], run: string): string[] {
  const problems: string[] = [];
  const failures = failuresOf(run);
  steps.forEach((step, index) => {
    const failed = [...(failures.get(`${index}.server`) ?? []), ...(failures.get(`${index}`) ?? [])];
    if (step.kind === 'file') {
      for (const { command } of failed) problems.push(`line ${step.line}: ${command} failed`);
    } else if (isRun(step, isInstalled)) {
      problems.push(...judgeCommand(step, outputAt(run, index), failed).map((each) => `line ${step.line}: ${each}`));
    }
  });
  if (!existsSync(join(run, 'end.out'))) problems.push('the shell ended before the page did');
  return problems;
}

function outputAt(run: string, index: number): string | undefined {
  const file = join(run, `${index}.out`);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function judgeCommand(step: Command, output: string | undefined, failed: readonly Failure[]): string[] {
  if (output === undefined) return ['was not run: the shell ended before it'];
  const problems: string[] = [];
  if (step.exits !== undefined && failed.at(-1)?.status !== step.exits) {
    problems.push(`should have failed with ${step.exits}:\n${step.text}\n${output.trim()}`);
  } else if (step.exits === undefined) {
    for (const { status, command } of failed) problems.push(`failed with ${status}: ${command}\n${output.trim()}`);
  }
  const wrong = step.output === undefined ? undefined : mismatch(step.output, output);
  if (wrong !== undefined) problems.push(`${step.text}\n${wrong}`);
  return problems;
}
