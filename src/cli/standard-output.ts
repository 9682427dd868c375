/**
 * Standard output for what a command prints: waits for a reader that is slow, and takes one that has left (`| head`) for the end, not for
 * an error. Whatever else stops it, a full disk before all, is a failure of the command.
 */
import { writeReasonOf } from '../config/file-reasons.js';
import { Failure } from '../kernel/failure.js';

export class StandardOutput {
  #error: NodeJS.ErrnoException | undefined;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      this.#error ??= error;
    });
  }

  /**
   * Resolves when the text is handed over; false when nobody reads any more.
   * @throws Failure OUTPUT_FAILED
   */
  async write(text: string): Promise<boolean> {
    // Its callback comes before the event.
    if (this.#error === undefined) {
      await new Promise<void>((resolve) => {
        process.stdout.write(text, (error) => {
          this.#error ??= error ?? undefined;
          resolve();
        });
      });
    }
    if (this.#error === undefined) return true;
    if (this.#error.code === 'EPIPE') return false;
    throw new Failure('OUTPUT_FAILED', `standard output cannot be written: ${writeReasonOf(this.#error)}`, {
      hint: 'What was printed so far is not complete.',
      cause: this.#error,
    });
  }
}
