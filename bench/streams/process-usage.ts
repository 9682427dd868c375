/**
 * CPU time and memory of a process with all its descendants, read from /proc. On systems without it every figure is undefined.
 * Linux counts the receiver's part of a loopback send to the sender, for every server alike.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, the unit of /proc/PID/stat; 100 on every Linux architecture that Node runs on. */
const TICKS_PER_SECOND = 100;
/** Positions behind the command's closing parenthesis, of which the first, the state, is field 3 of proc(5). */
const UTIME_FIELD = 14 - 3;
const STIME_FIELD = 15 - 3;
/** Bounds the walk; a server under test has a handful. */
const PROCESSES_MAX = 1_024;

/** The process and its descendants as they are at this moment. */
export function processTree(root: number): number[] {
  const pids = [root];
  for (let next = 0; next < pids.length && pids.length < PROCESSES_MAX; next++) pids.push(...childrenOf(pids[next]));
  return pids;
}

/** User and system time of all their threads so far, in seconds. */
export function cpuSeconds(pids: readonly number[]): number | undefined {
  return sum(pids, (pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[UTIME_FIELD]) + Number(fields[STIME_FIELD])) / TICKS_PER_SECOND;
  });
}

/** CPU time of one process's threads so far, to the microsecond: of its first thread, and of all others that still run. */
export function threadSeconds(pid: number): { readonly main: number; readonly others: number } | undefined {
  let main = 0;
  const all = sum([pid], () =>
    readdirSync(`/proc/${pid}/task`).reduce((total, thread) => {
      const [ranNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      if (Number(thread) === pid) main = Number(ranNs) / 1e9;
      return total + Number(ranNs) / 1e9;
    }, 0),
  );
  return all === undefined ? undefined : { main, others: all - main };
}

/** How long their threads so far wanted to run but had no core, in seconds: what others on the machine took from them. */
export function waitingSeconds(pids: readonly number[]): number | undefined {
  return sum(pids, (pid) =>
    readdirSync(`/proc/${pid}/task`).reduce((total, thread) => {
      const [, waitedNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ');
      return total + Number(waitedNs) / 1e9;
    }, 0),
  );
}

/** Resident memory, in bytes. Pages that several processes share count for each; take differences. */
export function residentBytes(pids: readonly number[]): number | undefined {
  return sum(pids, (pid) => {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return Number(resident?.[1] ?? 0) * 1_024;
  });
}

/** Resident memory with each shared page divided among those that share it, in bytes. */
export function proportionalBytes(pids: readonly number[]): number | undefined {
  return sum(pids, (pid) => {
    const share = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
    return Number(share?.[1] ?? 0) * 1_024;
  });
}

/** Files that they have open. */
export function openFiles(pids: readonly number[]): number | undefined {
  return sum(pids, (pid) => readdirSync(`/proc/${pid}/fd`).length);
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Undefined when a process is gone or there is no /proc. */
function sum(pids: readonly number[], figureOf: (pid: number) => number): number | undefined {
  try {
    return pids.reduce((total, pid) => total + figureOf(pid), 0);
  } catch {
    return undefined;
  }
}
