/** SIGINT and SIGTERM from the moment of construction on: the first asks for a graceful end, the second for an end at once. */
export class TerminationSignals {
  readonly first: Promise<NodeJS.Signals>;
  readonly second: Promise<NodeJS.Signals>;
  /** How many have come. */
  count = 0;

  constructor() {
    let onFirst = (_signal: NodeJS.Signals): void => {};
    let onSecond = (_signal: NodeJS.Signals): void => {};
    this.first = new Promise((resolve) => {
      onFirst = resolve;
    });
    this.second = new Promise((resolve) => {
      onSecond = resolve;
    });
    const receive = (signal: NodeJS.Signals): void => {
      this.count++;
      if (this.count === 1) onFirst(signal);
      else onSecond(signal);
    };
    process.on('SIGINT', receive);
    process.on('SIGTERM', receive);
  }
}
