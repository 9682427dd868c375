/** An acceptor's answers to what the node asks all of them. */
import { randomUUID } from 'node:crypto';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { faultNames } from '../../faults/registry.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import type { Journal } from '../journal/journal.js';
import type { JournalAnswer, JournalQuestion } from '../journal/journal-question.js';
import { answerJournal } from '../journal/journal-reading.js';
import type { SessionOutbox } from '../sessions/session-outbox.js';
import type { AcceptorAnswer, AcceptorQuestion } from './acceptor-poll.js';

export interface AcceptorAnswersOptions {
  readonly journal: Journal | undefined;
  readonly sessions: Pick<SessionOutbox, 'flush'>;
  /** The acceptor's number. */
  readonly place: number;
  /** By index. */
  readonly modelNames: readonly string[];
}

export class AcceptorAnswerer implements Reconfigured {
  readonly #options: AcceptorAnswersOptions;
  /** Tells this process from the one that had its number before. */
  readonly #epoch = randomUUID();
  #modelNames: readonly string[];

  constructor(options: AcceptorAnswersOptions) {
    this.#options = options;
    this.#modelNames = options.modelNames;
  }

  reconfigure({ modelNames }: ConfigurationSnapshot): void {
    this.#modelNames = modelNames;
  }

  answer(asked: AcceptorQuestion): AcceptorAnswer {
    const { journal } = this.#options;
    switch (asked.about) {
      case 'journal':
        return this.#journal(asked.question);
      case 'clear_journal':
        return journal?.clear() ?? 0;
      case 'session_turns':
        return this.#options.sessions.flush();
    }
  }

  #journal(question: JournalQuestion): JournalAnswer {
    const { journal, place } = this.#options;
    const epoch = this.#epoch;
    if (journal === undefined)
      return { epoch, newest: 0, kept: 0, recorded: 0, entries: [], reached: question.beyond, more: false };
    return answerJournal(journal, question, { process: place, models: this.#modelNames, faults: faultNames }, epoch);
  }
}
