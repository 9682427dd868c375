/**
 * From the client's recording and the plans to samples: for each model its times to first token, its gaps and the spans of its replies, each
 * measured and planned side by side, and whether the machine was quiet at both ends.
 */
import { COLUMN_ARRIVALS, COLUMN_SENT, COLUMN_TOKENS, columnsOf } from './client-messages.js';
import type { Disturbances } from './disturbances.js';
import type { PlannedReply } from './planned-delays.js';
import { requestAt, requestCount, type Stage } from './stage.js';

/** Times in ms, measured and planned, in the same order. */
export class PairedTimes {
  readonly measured: number[] = [];
  readonly planned: number[] = [];
  readonly quiet: boolean[] = [];

  add(measured: number, planned: number, quiet: boolean): void {
    this.measured.push(measured);
    this.planned.push(planned);
    this.quiet.push(quiet);
  }

  and(others: PairedTimes): PairedTimes {
    const both = new PairedTimes();
    for (const { measured, planned, quiet } of [this, others]) {
      measured.forEach((ms, index) => {
        both.add(ms, planned[index]!, quiet[index]!);
      });
    }
    return both;
  }

  /** Those with quiet ends only. */
  quietOnes(): PairedTimes {
    const chosen = new PairedTimes();
    this.quiet.forEach((quiet, index) => {
      if (quiet) chosen.add(this.measured[index]!, this.planned[index]!, true);
    });
    return chosen;
  }
}

export interface ModelSamples {
  readonly ttft: PairedTimes;
  readonly itl: PairedTimes;
  /** From a reply's first token to its last. */
  readonly spans: PairedTimes;
  /** When each token behind the first came and was due, after its request. */
  readonly arrivals: PairedTimes;
  /** Replies that broke off, or held other numbers of tokens than planned. */
  wrongReplies: number;
  promptTokens: number;
  /** How many recordings these are from: each has the same planned times. */
  recordings: number;
}

/** The samples of two recordings of one model together. */
export function joined(earlier: ModelSamples | undefined, later: ModelSamples): ModelSamples {
  if (earlier === undefined) return later;
  return {
    ttft: earlier.ttft.and(later.ttft),
    itl: earlier.itl.and(later.itl),
    spans: earlier.spans.and(later.spans),
    arrivals: earlier.arrivals.and(later.arrivals),
    wrongReplies: earlier.wrongReplies + later.wrongReplies,
    promptTokens: later.promptTokens,
    recordings: earlier.recordings + later.recordings,
  };
}

/** The client counts as late itself from here on. */
const OWN_LATENESS_MS_MAX = 1;

export interface Recording {
  readonly stage: Stage;
  readonly rows: Float64Array;
  readonly planned: readonly PlannedReply[];
  readonly disturbances: Disturbances;
}

/** In the order of the stage's models. */
export function samplesOf(recording: Recording): ModelSamples[] {
  const { stage } = recording;
  const samples = stage.models.map(
    (): ModelSamples => ({
      ttft: new PairedTimes(),
      itl: new PairedTimes(),
      spans: new PairedTimes(),
      arrivals: new PairedTimes(),
      wrongReplies: 0,
      promptTokens: 0,
      recordings: 1,
    }),
  );
  for (let row = 0; row < requestCount(stage); row++) {
    addReply(recording, row, samples[requestAt(stage, stage.models.length, row).model]!);
  }
  return samples;
}

/** How late the client itself may have been, over all tokens, ms. */
export function ownLateness({ stage, rows }: Recording): number[] {
  const columns = columnsOf(stage.tokens);
  const late: number[] = [];
  for (let row = 0; row < requestCount(stage); row++) {
    const start = row * columns + COLUMN_ARRIVALS + stage.tokens;
    const tokens = Math.min(stage.tokens, rows[row * columns + COLUMN_TOKENS]!);
    for (let token = 0; token < tokens; token++) late.push(rows[start + token]!);
  }
  return late;
}

function addReply({ stage, rows, planned, disturbances }: Recording, row: number, samples: ModelSamples): void {
  const start = row * columnsOf(stage.tokens);
  const { dueMs, promptTokens } = planned[row]!;
  samples.promptTokens = promptTokens;
  if (rows[start + COLUMN_TOKENS] !== dueMs.length) {
    samples.wrongReplies++;
    return;
  }
  const sentMs = rows[start + COLUMN_SENT]!;
  const arrivalMs = (token: number): number => rows[start + COLUMN_ARRIVALS + token]!;
  const quietAt = (token: number): boolean =>
    rows[start + COLUMN_ARRIVALS + stage.tokens + token]! <= OWN_LATENESS_MS_MAX &&
    disturbances.quietAt(sentMs + arrivalMs(token));
  const last = dueMs.length - 1;
  if (last < 0) return;
  const firstQuiet = quietAt(0);
  samples.ttft.add(arrivalMs(0), dueMs[0]!, firstQuiet && disturbances.quietAt(sentMs));
  let quietBefore = firstQuiet;
  for (let token = 1; token <= last; token++) {
    const quiet = quietAt(token);
    samples.itl.add(arrivalMs(token) - arrivalMs(token - 1), dueMs[token]! - dueMs[token - 1]!, quiet && quietBefore);
    samples.arrivals.add(arrivalMs(token), dueMs[token]!, quiet);
    quietBefore = quiet;
  }
  if (last > 0) samples.spans.add(arrivalMs(last) - arrivalMs(0), dueMs[last]! - dueMs[0]!, firstQuiet && quietBefore);
}
