/**
 * How pages get the ports that they name: each in a network of its own, with a loopback interface and nothing else, and where possible
 * with a table of processes of its own, so that nothing outlives a page. That takes `unshare` and the right to use it. Where it is not
 * to be had, pages run one after another on the machine's own ports.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Isolation {
  /** Words to put before a command. */
  readonly prefix: readonly string[];
  readonly isOwnNetwork: boolean;
  /** Whether all processes of a page end with it. */
  readonly isOwnProcesses: boolean;
}

const OWN_PROCESSES = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const WAYS: readonly (readonly string[])[] = [
  ['unshare', '--net', ...OWN_PROCESSES],
  ['unshare', '--map-root-user', '--net', ...OWN_PROCESSES],
  ['unshare', '--net'],
  ['unshare', '--map-root-user', '--net'],
];

const LOOPBACK_UP = 'ip link set lo up && exec "$@"';

/** The first way that works here, or a lock under which one page runs at a time. */
export function findIsolation(): Isolation {
  for (const way of WAYS) {
    const prefix = [...way, 'sh', '-c', LOOPBACK_UP, 'sh'];
    if (spawnSync(prefix[0]!, [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0) {
      return { prefix, isOwnNetwork: true, isOwnProcesses: way.includes('--pid') };
    }
  }
  return { prefix: ['flock', join(tmpdir(), 'llm-simulator-docs.lock')], isOwnNetwork: false, isOwnProcesses: false };
}

/** Whether a program is on the path. */
export function isInstalled(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', tool], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
