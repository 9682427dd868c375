/**
 * Runs an image as a container runtime does: its entry point as PID 1 of namespaces of its own, as its user, with its variables and its
 * working folder, on a root file system that cannot be written, not even in /tmp. The network is that of the caller.
 *
 * Promise: no container outlives this process.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Image, userOf } from './image.js';

export interface RunOptions {
  /** In place of the image's own command. */
  readonly command?: readonly string[];
  readonly environment?: { readonly [name: string]: string };
  /** A file that is mounted over the image's configuration. */
  readonly configuration?: string;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Guards against hanging, nothing else. */
const START_MS_MAX = 60_000;
const END_MS_MAX = 60_000;
const EXECUTE_MS_MAX = 30_000;
const POLL_MS = 50;
const CONFIGURATION = '/app/config/simulator.yaml';

/** Runs as the first process of the namespaces; exec keeps it PID 1. */
const SETUP = `
root=$1 folder=$2 owner=$3 file=$4
shift 4
mount --bind "$root" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
if [ -n "$file" ]; then
  mount --bind "$file" "$root${CONFIGURATION}"
  mount -o remount,bind,ro "$root${CONFIGURATION}"
fi
mount -o remount,bind,ro "$root"
exec setpriv --no-new-privs chroot --userspec="$owner" --groups= "$root" env --chdir="$folder" "$@"`;

const running = new Set<ChildProcess>();
process.on('exit', endContainers);

/** Ends all that still run, at once: with its first process every process of a namespace ends. */
export function endContainers(): void {
  for (const child of running) child.kill('SIGKILL');
}

export class Container {
  readonly exited: Promise<Outcome>;
  private readonly child: ChildProcess;
  private readonly image: Image;
  private readonly environment: NodeJS.ProcessEnv;
  private stdout = '';
  private stderr = '';
  private ended = false;

  constructor(image: Image, { command, configuration = '', environment = {} }: RunOptions = {}) {
    const { Cmd, Entrypoint, Env, WorkingDir } = image.configuration;
    const { gid, uid } = userOf(image);
    const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--fork', '--kill-child=SIGKILL'];
    const first = ['sh', '-euc', SETUP, 'sh', image.root, WorkingDir, `${uid}:${gid}`, configuration];
    const own = Object.fromEntries(
      Env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    this.image = image;
    this.environment = { ...own, ...environment };
    this.child = spawn('unshare', [...namespaces, ...first, ...Entrypoint, ...(command ?? Cmd)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.environment,
    });
    running.add(this.child);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => {
        running.delete(this.child);
        this.ended = true;
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Resolves when the metrics port says that the node is ready; rejects with its own words when it ends instead. */
  static async start(image: Image, options: RunOptions = {}, metricsPort = 9090): Promise<Container> {
    const container = new Container(image, options);
    await container.until(async () => (await statusOf(`http://127.0.0.1:${metricsPort}/ready`)) === 200, 'be ready');
    return container;
  }

  /** Runs the command to its end. */
  static async run(image: Image, options: RunOptions): Promise<Outcome> {
    return new Container(image, options).outcome();
  }

  get errors(): string {
    return this.stderr;
  }

  get output(): string {
    return this.stdout;
  }

  /** Of the container's PID 1, as this machine counts. */
  get pid(): number {
    const outer = this.child.pid as number;
    const [first] = readFileSync(`/proc/${outer}/task/${outer}/children`, 'latin1').split(' ');
    return Number(first);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** What `docker exec` does: a program in the same namespaces, as the image's user, with the container's variables. */
  execute(command: readonly string[], environment: { readonly [name: string]: string } = {}): Outcome {
    const { gid, uid } = userOf(this.image);
    const target = ['--target', String(this.pid), '--mount', '--pid', '--ipc', '--uts', '--root', '--wd'];
    const { status, stderr, stdout } = spawnSync('nsenter', [...target, '--setgid', gid, '--setuid', uid, ...command], {
      encoding: 'utf8',
      timeout: EXECUTE_MS_MAX,
      env: { ...this.environment, ...environment },
    });
    return { code: status, stdout, stderr };
  }

  /** The image's own check of health. */
  checkHealth(environment: { readonly [name: string]: string } = {}): Outcome {
    const [kind, ...command] = this.image.configuration.Healthcheck.Test;
    if (kind !== 'CMD') throw new Error(`the health check is ${kind}, which needs a shell`);
    return this.execute(command, environment);
  }

  /** How it ended; a container that does not end within the guard is an error. */
  async outcome(): Promise<Outcome> {
    const late = sleep(END_MS_MAX, undefined, { ref: false }).then(() => {
      throw new Error(`the container did not end:\n${this.stderr}`);
    });
    return Promise.race([this.exited, late]);
  }

  /** Waits until what is asked is true. */
  async until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const endMs = performance.now() + START_MS_MAX;
    while (!(await isTrue())) {
      if (this.ended) throw new Error(`the container ended before it could ${what}:\n${this.stderr}`);
      if (performance.now() > endMs) throw new Error(`the container took too long to ${what}:\n${this.stderr}`);
      await sleep(POLL_MS);
    }
  }
}

/** Undefined where there is no answer. */
export async function statusOf(url: string): Promise<number | undefined> {
  const answer = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status;
}
