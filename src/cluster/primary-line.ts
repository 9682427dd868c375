/**
 * An acceptor's line to its primary: what it says goes out through here, and whether the primary still speaks is known here.
 *
 * Invariants: what waits for a primary that does not read is bounded; of figures that replace each other only a few wait. What is not sent
 * is as if it had been lost with the primary: whoever waits for an answer gives up by itself.
 */
import type { ToPrimary } from './messages.js';

/** A primary that reads has a few of them to read at a time. */
const UNSENT_MAX = 20_000;
/** From here on what comes again by itself is left out. */
const UNSENT_FIGURES_MAX = 32;
/** Once the node serves, the primary says something every second: after this long it is frozen. */
const SILENT_AFTER_MS = 10_000;

export class PrimaryLine {
  #unsent = 0;
  #heardMs = Number.POSITIVE_INFINITY;

  /** Says something. Lost when the primary is gone, or has not read for long. */
  readonly tell = (message: ToPrimary): void => {
    if (!process.connected || this.#unsent >= maxFor(message)) return;
    this.#unsent++;
    process.send?.(message, undefined, undefined, this.#sent);
  };

  /** The primary has said what it says every second. */
  heard(): void {
    this.#heardMs = performance.now();
  }

  get isSilent(): boolean {
    return performance.now() - this.#heardMs > SILENT_AFTER_MS;
  }

  readonly #sent = (): void => {
    this.#unsent--;
  };
}

function maxFor({ kind }: ToPrimary): number {
  return kind === 'load' || kind === 'books' ? UNSENT_FIGURES_MAX : UNSENT_MAX;
}
