/** Finds the processes that a process has forked; Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** Their ids, from /proc. */
export function childrenOf(pid: number): number[] {
  const stat = (entry: string) => {
    try {
      return readFileSync(`/proc/${entry}/stat`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => Number(stat(entry).split(') ').at(-1)?.split(' ')[1]) === pid)
    .map(Number);
}
