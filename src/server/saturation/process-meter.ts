/**
 * What a process uses of the machine: memory, and cores since the last look. Memory is read from a file of the system's, so that a process
 * that can open none learns it here.
 */
import type { Clock } from '../../kernel/clock.js';

export interface ProcessUse {
  readonly pid: number;
  readonly uptimeSecs: number;
  /** Cores in use since the look before, threads included: 1 is one core. */
  readonly cpuCores: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

const NO_MORE_FILES: readonly (string | undefined)[] = ['EMFILE', 'ENFILE'];

export class ProcessMeter {
  readonly #clock: Clock;
  #lookedUs: number;
  #usedUs = cpuUs();
  #memory = { rss: 0, heapUsed: 0 };
  /** At the last look: no file could be opened, and the memory is that of the look before. */
  lacksFiles = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lookedUs = clock.nowUs();
  }

  look(): ProcessUse {
    const nowUs = this.#clock.nowUs();
    const usedUs = cpuUs();
    const elapsedUs = nowUs - this.#lookedUs;
    const cpuCores = elapsedUs > 0 ? (usedUs - this.#usedUs) / elapsedUs : 0;
    this.#lookedUs = nowUs;
    this.#usedUs = usedUs;
    this.#readMemory();
    const { rss, heapUsed } = this.#memory;
    return { pid: process.pid, uptimeSecs: process.uptime(), cpuCores, residentBytes: rss, heapBytes: heapUsed };
  }

  #readMemory(): void {
    try {
      this.#memory = process.memoryUsage();
      this.lacksFiles = false;
    } catch (error) {
      this.lacksFiles = NO_MORE_FILES.includes((error as NodeJS.ErrnoException).code);
    }
  }
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
