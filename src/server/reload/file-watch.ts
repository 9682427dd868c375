/**
 * Watches a file, or several that belong together, and tells when their content has changed. Looks at the content itself at intervals: that
 * works for files that are written in place, replaced by another one, or reached by links that change where they point, as those of a
 * Kubernetes ConfigMap do, and on file systems that give no notice.
 *
 * Invariants: a content is told once; one that is being written is not told before two looks have found the same; a file that is not there is
 * one that is being replaced.
 */
import { fileDigest } from '../../config/file-digest.js';

export interface FileWatchOptions {
  readonly files: readonly string[];
  /** What the files held when they were read: their digests, separated by spaces; undefined where they were not read. */
  readonly known: string | undefined;
  /** @param digests of the files, see fileDigest(), separated by spaces */
  readonly onChange: (digests: string) => void;
  /** A file could not be read for the first time since it could. */
  readonly onUnreadable: (cause: Error) => void;
}

export class FileWatch {
  readonly #options: FileWatchOptions;
  /** What was told last, or was read at the beginning. */
  #known: string | undefined;
  /** What the look before found. */
  #seen: string | undefined;
  #intervalMs = 0;
  /** How often the interval was set: a look that a new one has overtaken ends there. */
  #watches = 0;
  #timer: NodeJS.Timeout | undefined;
  #isReadable = true;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#known = options.known;
  }

  /** @param intervalMs between two looks; 0 for none any more. What changed while nobody looked is told with the next two looks. */
  watch(intervalMs: number): void {
    if (intervalMs === this.#intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#watches++;
    clearTimeout(this.#timer);
    if (intervalMs > 0) void this.#look();
  }

  async #look(): Promise<void> {
    const watch = this.#watches;
    const content = await this.#digest();
    // Somebody has changed the interval meanwhile, and another look is on its way.
    if (watch !== this.#watches) return;
    if (content !== undefined) this.#compare(content);
    this.#timer = setTimeout(() => void this.#look(), this.#intervalMs).unref();
  }

  #compare(content: string): void {
    const isSettled = content === this.#seen;
    this.#seen = content;
    this.#known ??= content;
    if (content === this.#known || !isSettled) return;
    this.#known = content;
    this.#options.onChange(content);
  }

  async #digest(): Promise<string | undefined> {
    try {
      const digests = await Promise.all(this.#options.files.map(fileDigest));
      this.#isReadable = true;
      return digests.join(' ');
    } catch (cause) {
      if (this.#isReadable) this.#options.onUnreadable(cause as Error);
      this.#isReadable = false;
      return undefined;
    }
  }
}
