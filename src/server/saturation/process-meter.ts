/** What a process uses of the machine: memory, and cores since the last look. */
import type { Clock } from '../../kernel/clock.js';

export interface ProcessUse {
  readonly pid: number;
  readonly uptimeSecs: number;
  /** Cores in use since the look before, threads included: 1 is one core. */
  readonly cpuCores: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
}

export class ProcessMeter {
  readonly #clock: Clock;
  #lookedUs: number;
  #usedUs = cpuUs();

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
    const { rss, heapUsed } = process.memoryUsage();
    return { pid: process.pid, uptimeSecs: process.uptime(), cpuCores, residentBytes: rss, heapBytes: heapUsed };
  }
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
