/** SIGUSR2: has everything in the log from debug on, and once more what was before. Before the node serves it does nothing. */
export class DebugSignal {
  #toggle: () => Promise<void> = async () => {};

  /** By itself the signal would end the process, so it is listened for from the start. */
  constructor() {
    process.on('SIGUSR2', () => void this.#toggle().catch(() => {}));
  }

  /** @param toggle rejects where a process did not hear of it in time, which gets to know when it starts anew */
  start(toggle: () => Promise<void>): void {
    this.#toggle = toggle;
  }
}
