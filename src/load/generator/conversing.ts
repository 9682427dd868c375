/**
 * Has one conversation: sends a turn when it is due, reads its answer, waits as long as its user thinks, sends the next one. A turn follows
 * whatever became of the one before, as the number of requests is the plan's; only a turn that finds the bound of requests in flight
 * reached ends a conversation.
 */
import type { LoadClient } from '../client/contract.js';
import type { Conversation, NumberedRequest, RequestRecord } from '../contract.js';
import type { Agenda } from './agenda.js';
import type { Reporter } from './reporter.js';
import type { SharedCounters } from './shared-counters.js';

export interface ConversingParts {
  readonly client: LoadClient;
  readonly agenda: Agenda;
  readonly counters: SharedCounters;
  readonly reporter: Reporter;
  readonly inFlightMax: number;
  readonly capture: boolean;
  /** No turn that is due from then on is sent. */
  readonly endUs: number;
  /** Everything in flight is being cut. */
  readonly isCutting: () => boolean;
}

/** A conversation with its first request made: long prompts take their time, which is not to be the time at which it is due. */
export interface PreparedConversation {
  readonly conversation: Conversation;
  readonly first: NumberedRequest;
  /** How many of its turns are to be sent, at least one. */
  readonly turns: number;
}

/** Starts conversations: by the clock, or by users. */
export interface Loop {
  /** Resolves when all is sent and answered, or cut. Call once. */
  run(parts: ConversingParts): Promise<void>;
}

export function prepare(conversation: Conversation, turns: number): PreparedConversation {
  return { conversation, first: conversation.turn(0), turns };
}

/**
 * @param dueUs of its first turn, which is sent at once
 * @returns the last turn's record; undefined where it was not sent or was cut
 */
export async function converse(
  parts: ConversingParts,
  { conversation, first, turns }: PreparedConversation,
  dueUs: number,
): Promise<RequestRecord | undefined> {
  const { agenda, capture, client, counters, endUs, inFlightMax, isCutting, reporter } = parts;
  let request = first;
  let intendedUs = dueUs;
  for (let turn = 0; ; ) {
    if (!counters.enter(inFlightMax)) {
      reporter.notSent(intendedUs);
      return undefined;
    }
    reporter.started();
    const record = await client.send(request, { intendedUs: Math.round(intendedUs), capture });
    const answeredUs = client.nowUs();
    counters.leave();
    if (isCutting()) {
      reporter.wasCut();
      return undefined;
    }
    reporter.finished(record);
    if (++turn >= turns) return record;
    intendedUs = answeredUs + conversation.thinkTimeMs(turn) * 1_000;
    if (intendedUs >= endUs) return record;
    // Made while the user thinks.
    request = conversation.turn(turn);
    if (!(await agenda.at(intendedUs))) return undefined;
  }
}
