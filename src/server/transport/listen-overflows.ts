/**
 * How many connections the kernel turned away because the queue of their listener was full, since it started: those that it heard of only then,
 * and those that were half made. Of all listeners of the network namespace; so a count that did not change says for certain that nobody was
 * turned away, and one that did says that somebody may have been. Always 0 where there is no Linux.
 */
import { closeSync, openSync, readSync } from 'node:fs';

/** The file has some 150 counters with names of up to 30 characters and values of up to 20 digits. */
const COUNTERS_BYTES = 16 * 1024;

export class ListenOverflows {
  readonly #file = openCounters();
  readonly #bytes = Buffer.alloc(COUNTERS_BYTES);

  get count(): number {
    if (this.#file === undefined) return 0;
    const read = readSync(this.#file, this.#bytes, 0, this.#bytes.length, 0);
    // A line of names and one of values for each group: `TcpExt: SyncookiesSent … ListenOverflows …` (proc_net_netstat(5)).
    const [names = '', values = ''] = this.#bytes
      .toString('latin1', 0, read)
      .split('\n')
      .filter((line) => line.startsWith('TcpExt:'));
    return Number(values.split(' ')[names.split(' ').indexOf('ListenOverflows')] ?? 0);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

function openCounters(): number | undefined {
  try {
    return openSync('/proc/self/net/netstat', 'r');
  } catch {
    return undefined;
  }
}
