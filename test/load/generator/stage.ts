/** A client that answers without a network, and conversations without words: what the loops do with them is what the tests are about. */
import { monotonicClock } from '../../../src/kernel/clock.js';
import type { LoadClient } from '../../../src/load/client/contract.js';
import type {
  ArrivalProcess,
  NumberedRequest,
  Outcome,
  RequestRecord,
  RequestSource,
} from '../../../src/load/contract.js';
import { Agenda } from '../../../src/load/generator/agenda.js';
import type { ConversingParts } from '../../../src/load/generator/conversing.js';
import type { Reporter } from '../../../src/load/generator/reporter.js';
import { SharedCounters } from '../../../src/load/generator/shared-counters.js';
import { chatTurn } from '../client/servers.js';

export interface Stage {
  readonly parts: ConversingParts;
  /** Keys of requests in the order of their sending, with their intended times. */
  readonly sent: { readonly key: string; readonly intendedUs: number }[];
  readonly records: RequestRecord[];
  /** The largest number in flight at once. */
  readonly inFlightMost: () => number;
  readonly notSent: () => number;
}

export interface StageOptions {
  readonly counters?: SharedCounters;
  readonly answerMs?: number;
  readonly inFlightMax?: number;
  readonly endUs?: number;
  readonly outcome?: Outcome;
}

export function stage(options: StageOptions = {}): Stage {
  const { answerMs = 0, endUs = Number.POSITIVE_INFINITY, inFlightMax = 1_000, outcome = 'complete' } = options;
  const counters = options.counters ?? new SharedCounters(SharedCounters.allocate());
  const startUs = monotonicClock.nowUs();
  const nowUs = (): number => monotonicClock.nowUs() - startUs;
  const sent: { key: string; intendedUs: number }[] = [];
  const records: RequestRecord[] = [];
  let most = 0;
  let notSent = 0;
  const client: LoadClient = {
    nowUs,
    send: async (request, { intendedUs }) => {
      sent.push({ key: request.key, intendedUs });
      most = Math.max(most, counters.inFlight);
      const sentUs = nowUs();
      await new Promise((resolve) => setTimeout(resolve, answerMs));
      return recordOf(request, intendedUs, sentUs, nowUs() - sentUs, outcome);
    },
    close: async () => {},
  };
  const reporter = {
    started: () => {},
    finished: (record: RequestRecord) => records.push(record),
    wasCut: () => {},
    notSent: () => notSent++,
  } as unknown as Reporter;
  const agenda = new Agenda(nowUs);
  return {
    parts: { client, agenda, counters, reporter, inFlightMax, capture: false, endUs, isCutting: () => false },
    sent,
    records,
    inFlightMost: () => most,
    notSent: () => notSent,
  };
}

function recordOf(
  { conversation, dialect, identity, key, mix, model, stream, turn }: NumberedRequest,
  intendedUs: number,
  sentUs: number,
  endUs: number,
  outcome: Outcome,
): RequestRecord {
  const numbered = { key, conversation, turn, mix, dialect, model, stream, identity };
  return { ...numbered, intendedUs, sentUs, chunkTimesUs: Uint32Array.of(0), endUs, outcome, bytes: 0 };
}

/** Conversation n has the key n, its turn t the key n.t. @param turnsOf how many turns a conversation has */
export function sourceOf(turnsOf: (number: number) => number, thinkMs = 0): RequestSource {
  return {
    conversation: (number) => ({
      number,
      turns: turnsOf(number),
      turn: (turn) => chatTurn({ conversation: number, turn, key: `${number}.${turn}` }),
      thinkTimeMs: (turn) => (turn === 0 ? 0 : thinkMs),
    }),
  };
}

export function arrivalsAt(times: readonly number[]): ArrivalProcess {
  let next = 0;
  return { next: () => times[next++] };
}
