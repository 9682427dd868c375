/**
 * Tells the primary how an acceptor's books stand, as often as they change and a little later at most: when the acceptor dies, what it said
 * last is what the node knows. A message of a few numbers, where all of the acceptor's figures are kilobytes.
 */
import type { ToPrimary } from './messages.js';

/** So much of the past is not in the books of a process that is killed. */
const BOOKS_INTERVAL_MS = 100;

type Books = Omit<Extract<ToPrimary, { kind: 'books' }>, 'kind'>;

export class BooksReporter {
  readonly #read: () => Books;
  readonly #tell: (message: ToPrimary) => void;
  #changes = -1;

  /** @param tell takes a message to the primary */
  constructor(read: () => Books, tell: (message: ToPrimary) => void) {
    this.#read = read;
    this.#tell = tell;
  }

  /** For as long as the process lives. */
  start(): void {
    setInterval(() => this.#report(), BOOKS_INTERVAL_MS).unref();
  }

  #report(): void {
    const { books, logLinesDropped } = this.#read();
    // Each of them only grows, so they have changed when their sum has.
    const changes = books.started + books.finished + books.aborted + books.failed + logLinesDropped;
    if (changes === this.#changes) return;
    this.#changes = changes;
    this.#tell({ kind: 'books', books: { ...books }, logLinesDropped });
  }
}
