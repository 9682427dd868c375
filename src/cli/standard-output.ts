/** Standard output for much text: waits for a reader that is slow, and takes one that has left (`| head`) for the end, not for an error. */

export class StandardOutput {
  #closed = false;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#closed = true;
    });
  }

  /** Resolves when the text is handed over; false when nobody reads any more. */
  async write(text: string): Promise<boolean> {
    if (this.#closed) return false;
    await new Promise<void>((resolve) => process.stdout.write(text, () => resolve()));
    return !this.#closed;
  }
}
