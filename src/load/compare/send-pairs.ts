/**
 * Sends the pairs: both requests of a pair one after the other, so that neither way ever competes with its own counterpart, in the order that
 * the schedule says; several pairs side by side, each in a lane of its own. What is captured of a pair is compared and let go at its end.
 */

import type { NumberedRequest, RequestRecord } from '../contract.js';
import { pairFacts } from './answer-facts.js';
import type { PairFacts, Sender } from './contract.js';
import type { RequestPair } from './paired-requests.js';

export interface PairedSending {
  readonly direct: Sender;
  readonly gateway: Sender;
  readonly pairs: Iterator<RequestPair>;
  /** Of each pair, in the order in which they come: whether the direct way goes first. */
  readonly orders: readonly boolean[];
  readonly concurrency: number;
  /** No pair is begun once it is aborted, and what is under way ends. */
  readonly signal?: AbortSignal;
  /** Microseconds on the clock of the records. */
  readonly nowUs: () => number;
  readonly onPair: (facts: PairFacts, gateway: RequestRecord) => void;
}

/** Resolves when all pairs are done, or the signal has ended the sending. */
export async function sendPairs(sending: PairedSending): Promise<void> {
  let taken = 0;
  const takeTurn = async (): Promise<void> => {
    while (sending.signal?.aborted !== true) {
      const directFirst = sending.orders[taken];
      const next = directFirst === undefined ? undefined : sending.pairs.next();
      if (directFirst === undefined || next === undefined || next.done === true) return;
      taken += 1;
      await sendPair(sending, next.value, directFirst);
    }
  };
  await Promise.all(Array.from({ length: sending.concurrency }, takeTurn));
}

async function sendPair(sending: PairedSending, pair: RequestPair, directFirst: boolean): Promise<void> {
  const sendDirect = () => sendOne(sending, sending.direct, pair.direct);
  const sendGateway = () => sendOne(sending, sending.gateway, pair.gateway);
  let direct: RequestRecord;
  let gateway: RequestRecord;
  if (directFirst) {
    direct = await sendDirect();
    gateway = await sendGateway();
  } else {
    gateway = await sendGateway();
    direct = await sendDirect();
  }
  // A pair that was cut short says nothing.
  if (sending.signal?.aborted === true) return;
  sending.onPair(pairFacts(pair, { direct, gateway }, directFirst), gateway);
}

function sendOne({ nowUs, signal }: PairedSending, sender: Sender, request: NumberedRequest): Promise<RequestRecord> {
  return sender.send(request, { intendedUs: nowUs(), capture: true, ...(signal !== undefined && { signal }) });
}
