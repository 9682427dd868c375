/** The node's journal: what all acceptors keep of theirs, put together when somebody asks. */
import type { AcceptorQuestion, AskAcceptors } from '../control/acceptor-poll.js';
import { type JournalListing, type JournalPage, listJournal } from './journal-listing.js';
import type { JournalAnswer } from './journal-question.js';

export class JournalDesk {
  readonly #ask: AskAcceptors;
  /** Whether any is kept. */
  readonly enabled: boolean;

  constructor(ask: AskAcceptors, enabled: boolean) {
    this.#ask = ask;
    this.enabled = enabled;
  }

  /** @throws where a process does not answer: a part is never given for the whole */
  list(listing: JournalListing): Promise<JournalPage> {
    return listJournal(async (question) => {
      const answers = await this.#ask((place): AcceptorQuestion | undefined => {
        const own = question(place);
        return own && { about: 'journal', question: own };
      });
      return answers as ReadonlyMap<number, JournalAnswer>;
    }, listing);
  }

  /** Forgets all entries. @returns how many there were */
  async clear(): Promise<number> {
    if (!this.enabled) return 0;
    const answers = await this.#ask(() => ({ about: 'clear_journal' }));
    return [...answers.values()].reduce((sum: number, cleared) => sum + (cleared as number), 0);
  }
}
