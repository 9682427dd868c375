/**
 * The journal of the simulator behind a run's target, read while the run goes on, and judged with the client's log at its end. What goes wrong
 * with reading does not end the run: the judgement says what is lost.
 */
import { Failure } from '../kernel/failure.js';
import type { RequestRecord, RunSink } from '../load/contract.js';
import { AwaitedRequests } from '../load/oracle/awaited-requests.js';
import { ClientLog } from '../load/oracle/client-log.js';
import type { UpstreamEntry } from '../load/oracle/journal-entry.js';
import { JournalTail, type Upstream } from '../load/oracle/journal-tail.js';
import { judgeUpstream } from '../load/oracle/judge.js';
import type { OracleResult } from '../load/oracle/result.js';

/** An entry is there when its request has ended at the simulator, which of a whole answer is as good as at once. */
const LAST_ENTRIES_MS = 3_000;
/** More for those whose clients left: a gateway that does not pass it on lets the simulator serve them to their end. */
const LEFT_ENTRIES_MS = 27_000;

export class UpstreamJournal implements RunSink {
  readonly #tail: JournalTail;
  readonly #log = new ClientLog();
  /** The last reading, so that none goes on when it is judged. */
  #reading: Promise<void> = Promise.resolve();

  private constructor(tail: JournalTail) {
    this.#tail = tail;
  }

  /** @throws Failure UPSTREAM_UNREADABLE */
  static async open(upstream: Upstream): Promise<UpstreamJournal> {
    return new UpstreamJournal(await JournalTail.open(upstream));
  }

  record(record: RequestRecord): void {
    this.#log.record(record);
  }

  tick(): void {
    this.#reading = this.#tail.poll().catch(() => {});
  }

  /**
   * A journal that cannot be read any more is judged as far as it was.
   * @param signal saves the longer wait
   */
  async judge(signal: AbortSignal): Promise<OracleResult> {
    await this.#reading;
    const { requests } = this.#log;
    try {
      await this.#readRest(new AwaitedRequests(requests), signal);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      process.stderr.write(`llm-simulator: ${error.message}\n  What it shows of the run is not complete.\n`);
    }
    return judgeUpstream(requests, this.#tail.entries, { entriesLost: this.#tail.lost });
  }

  async #readRest(awaited: AwaitedRequests, signal: AbortSignal): Promise<void> {
    if (await this.#tail.pollUntil((entries) => awaited.areSeen(entries), LAST_ENTRIES_MS)) return;
    // Where entries were lost, those that are missing may be among them.
    const isEnough = (entries: readonly UpstreamEntry[]): boolean =>
      signal.aborted || this.#tail.lost > 0 || awaited.areLeftSeen(entries);
    await this.#tail.pollUntil(isEnough, LEFT_ENTRIES_MS);
  }
}
