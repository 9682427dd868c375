/** Where the figures come from: what a reader needs to know before comparing them with others. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { canPin } from './child-processes.js';

/** As git shortens it. */
const COMMIT_CHARS = 7;

export interface MachineFacts {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** Server and client have a core each. */
  readonly pinned: boolean;
  /** Before the first run: what others do on this machine. */
  readonly loadAverage: number;
  /** Undefined outside of a repository; `+` says that files differ from the commit. */
  readonly commit: string | undefined;
}

export function machineFacts(): MachineFacts {
  const cores = cpus();
  return {
    cores: cores.length,
    cpu: cores[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
    pinned: canPin,
    loadAverage: loadavg()[0],
    commit: currentCommit(),
  };
}

/** Files that a process may open here; undefined when no shell tells. */
export function openFilesLimit(): number | undefined {
  try {
    const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return text.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
  } catch {
    return undefined;
  }
}

/** Without a git program: what the repository's own files say, without a `+`. */
function commitOfFiles(): string | undefined {
  const folder = join(import.meta.dirname, '../../.git');
  try {
    const head = readFileSync(join(folder, 'HEAD'), 'latin1').trim();
    const branch = /^ref: (.*)$/.exec(head)?.[1];
    return (branch === undefined ? head : readFileSync(join(folder, branch), 'latin1')).slice(0, COMMIT_CHARS);
  } catch {
    return undefined;
  }
}

function currentCommit(): string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const commit = git('rev-parse', '--short', 'HEAD').trim();
    return git('status', '--porcelain', '--untracked-files=no').trim() === '' ? commit : `${commit}+`;
  } catch {
    return commitOfFiles();
  }
}
