/**
 * What the node asks its acceptors for, one by one, because they keep it: entries of their journals, turns of sessions that they have not
 * reported yet. Plain data both ways. An answer may come too late and be dropped, so nothing that is there once may be in one.
 */
import type { JournalAnswer, JournalQuestion } from '../journal/journal-question.js';

export type AcceptorQuestion =
  | { readonly about: 'journal'; readonly question: JournalQuestion }
  /** Forget the journal's entries; the answer is how many there were. */
  | { readonly about: 'clear_journal' }
  /** Report the turns of sessions that have not been reported; the answer comes behind them and is how many there were. */
  | { readonly about: 'session_turns' };

/** By what was asked about. */
export interface AcceptorAnswers {
  readonly journal: JournalAnswer;
  readonly clear_journal: number;
  readonly session_turns: number;
}

export type AcceptorAnswer = AcceptorAnswers[keyof AcceptorAnswers];

/**
 * Asks acceptors, each its own question. One that ends meanwhile is left out.
 * @param question undefined for an acceptor that is not asked
 * @returns the answers by the acceptors' numbers
 * @throws where one does not answer in time
 */
export type AskAcceptors = (
  question: (place: number) => AcceptorQuestion | undefined,
) => Promise<ReadonlyMap<number, AcceptorAnswer>>;
