/**
 * Runs the command as a user would, and sees to it that nothing it started outlives the test file: every process is ended by its id
 * in an after() hook, when this process exits, and when the test runner ends it.
 *
 * Runs the compiled program, as `npm test` has just built it, because it starts four times faster; where a source file is
 * newer than the build, the sources are run through tsx.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';

/** Guards against hanging, nothing else: ten times what a slow machine needs. */
export const GUARD_MS = 60_000;

const BUILD_STAMP = join(packageRoot, 'dist/.tsbuildinfo');

/** The arguments for node that run `file` of src/ or workers/, named without its ending. */
export function moduleArguments(file: string): string[] {
  const compiled = isBuildFresh();
  return compiled ? [join(packageRoot, 'dist', `${file}.js`)] : ['--import', 'tsx', join(packageRoot, `${file}.ts`)];
}

let buildFresh: boolean | undefined;

function isBuildFresh(): boolean {
  buildFresh ??= ['src', 'workers'].every((folder) => newestMs(folder) <= modifiedMs(BUILD_STAMP));
  return buildFresh;
}

function newestMs(folder: string): number {
  const root = join(packageRoot, folder);
  const times = readdirSync(root, { recursive: true }).map((name) => modifiedMs(join(root, String(name))));
  return Math.max(...times);
}

function modifiedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const running = new Set<ChildProcess>();

function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

after(endAll);
process.on('exit', endAll);
process.once('SIGTERM', () => process.exit(143));

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The variables of this process without those that configure a simulator, with a free metrics port so that tests do not collide, and without
 * the lame duck that SIGTERM would have every test wait for.
 */
export function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(LLM_SIM__|LLM_SIM_LOG$|RUST_LOG$)/.test(name));
  return {
    ...Object.fromEntries(own),
    LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT: '0',
    // Most tests have no use for one more process.
    LLM_SIM__SERVER__SPARE_ACCEPTOR: 'false',
    LLM_SIM__SERVER__LAME_DUCK_SECS: '0',
    ...more,
  };
}

/** A program that runs, what it has printed so far, and how it ends. */
export class Program {
  readonly child: ChildProcess;
  readonly exited: Promise<Outcome>;
  stdout = '';
  stderr = '';

  /** @param input what comes on its standard input; nothing unless given */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = environment(), input: string | Uint8Array = '') {
    const child = spawn(process.execPath, args, { env, cwd: packageRoot, stdio: 'pipe' });
    this.child = child;
    running.add(child);
    // A program that ends without having read its input is no failure of ours.
    child.stdin.on('error', () => {}).end(input);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        running.delete(child);
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** How it ended; a program that does not end within the guard fails the test. */
  async outcome(): Promise<Outcome> {
    return within(this.exited, () => `the program did not end:\n${this.stderr}\n${this.stdout}`);
  }
}

/** Runs the command to its end. */
export function runCommand(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
  input?: string | Uint8Array,
): Promise<Outcome> {
  return new Program([...moduleArguments('src/main'), ...args], env, input).outcome();
}

/** The promise, or a failure that says what was waited for when nothing comes of it. */
export async function within<Value>(promise: Promise<Value>, what: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(what())), GUARD_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks until the answer is not undefined. */
export async function eventually<Value>(
  ask: () => Value | undefined | Promise<Value | undefined>,
  what: () => string,
): Promise<Value> {
  const deadlineMs = performance.now() + GUARD_MS;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > deadlineMs) throw new Error(what());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A YAML file with the content, in a temporary folder. */
export function temporaryFile(name: string, content: string): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}
