/**
 * The node's serving engines as an acceptor sees them: the primary keeps them, and everything to and from them is a message. Times cross as
 * the machine's, since each process counts from a start of its own.
 *
 * Invariant: an answer and the steps behind it come in the order in which the primary sent them, as the channel keeps it.
 */
import type { BatchEntry, BatchListener, BatchServing, BegunSteps } from '../server/batching/serving.js';
import type { ToPrimary } from './messages.js';

export class BatchClient implements BatchServing {
  readonly #send: (message: ToPrimary) => void;
  readonly #offsetUs: number;
  #listener: BatchListener | undefined;

  /**
   * @param send takes a message to the primary
   * @param offsetUs what makes a time of this process one of the machine, see machineTimeOffsetUs()
   */
  constructor(send: (message: ToPrimary) => void, offsetUs: number) {
    this.#send = send;
    this.#offsetUs = offsetUs;
  }

  connect(listener: BatchListener): BatchServing {
    this.#listener = listener;
    return this;
  }

  enter(entry: BatchEntry): void {
    this.#send({ kind: 'batch_enter', entry: { ...entry, arrivalUs: entry.arrivalUs + this.#offsetUs } });
  }

  leave(id: number, model: number): void {
    this.#send({ kind: 'batch_leave', id, model });
  }

  /** The primary says whether the engine took the request in. */
  answered(id: number, admitted: boolean): void {
    this.#listener?.onAnswer(id, admitted);
  }

  /** The primary says that steps have begun. */
  began({ endsUs, ...steps }: BegunSteps): void {
    const offsetUs = this.#offsetUs;
    this.#listener?.onSteps({ ...steps, endsUs: endsUs.map((endUs) => endUs - offsetUs) });
  }
}
