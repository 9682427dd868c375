/**
 * The configuration of a node, and how another generation takes its place. Lives once per node.
 *
 *   read and check ──▶ prepare in every process ──▶ commit in the node itself, then in every process
 *        └─refused          └─failed──▶ abandon in every process
 *
 * Invariants: one reload at a time; whoever asks while one is under way and another one waits already shares the one that waits, which reads
 * the file after they asked; until the commit nothing has changed, and whatever fails before it leaves it so. Of a number that was prepared no
 * other generation is made.
 */
import type { LoadRequest } from '../../config/loader.js';
import {
  type NextGeneration,
  type NextGenerationJob,
  type TraceDigests,
  traceDigests,
} from '../../config/next-generation.js';
import { ConfigurationFailure, formatProblems } from '../../config/problems.js';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { ownSnapshot, snapshotTexts } from '../../config/snapshot-texts.js';
import type { SnapshotTexts } from '../../runtime/thread-notice.js';
import type { Logger } from '../../telemetry/logging.js';
import type { MetricsSnapshot } from '../../telemetry/metric-family.js';
import { ReloadMetrics } from '../../telemetry/reload-metrics.js';
import type { Reconfigured } from '../generations/reconfigured.js';

/** Problems of one refused reload that the log shows. */
const LOGGED_PROBLEMS_MAX = 20;

/** What asked for a reload: the admin API, SIGHUP, the watch on the file, or the program that uses the library. */
export type ReloadTrigger = 'api' | 'signal' | 'file' | 'library';

/** How a generation comes to all acceptors of the node. */
export interface SpreadGeneration {
  /** Resolves when every acceptor could serve under it; rejects with why one cannot. */
  prepare(texts: SnapshotTexts): Promise<void>;
  /** Resolves when every acceptor serves under it, or rejects when one has not said so in time: it will, or end. */
  commit(generation: number): Promise<void>;
  abandon(generation: number): void;
}

export interface ConfigurationDeskOptions {
  /** What holds at first. */
  readonly snapshot: ConfigurationSnapshot;
  /** What is read at a reload; undefined where the snapshot was not read from anything. */
  readonly request: LoadRequest | undefined;
  /** What the file held when the snapshot was read from it, see fileDigest(). */
  readonly digest?: string | undefined;
  /** The one that the snapshot was made with: see createSnapshot(). */
  readonly randomSeed: number;
  readonly spread: SpreadGeneration;
  /** What lives once per node and follows the configuration. */
  readonly parts: readonly Reconfigured[];
  /** What the acceptors run with, once they do. */
  readonly transport: () => string | undefined;
  /** Reads the next generation. @throws ConfigurationFailure */
  readonly load: (job: NextGenerationJob) => Promise<NextGeneration>;
  readonly logger: Logger;
}

export interface ReloadOutcome {
  readonly generation: number;
  /** Paths of keys, as in NextGeneration. */
  readonly changed: readonly string[];
  readonly needsRestart: readonly string[];
}

/** There is nothing that could be read again. */
export class NothingToReload extends Error {}

export class ConfigurationDesk {
  readonly #options: ConfigurationDeskOptions;
  readonly #metrics = new ReloadMetrics();
  #request: LoadRequest | undefined;
  #snapshot: ConfigurationSnapshot;
  #texts: SnapshotTexts;
  #traces: TraceDigests;
  #digest: string | undefined;
  #lastGeneration: number;
  #next: SnapshotTexts | undefined;
  /** Settles when the reload that was asked for last is over. */
  #last: Promise<unknown> = Promise.resolve();
  /** The one that has not begun yet. */
  #waiting: Promise<ReloadOutcome> | undefined;

  constructor(options: ConfigurationDeskOptions) {
    this.#options = options;
    this.#request = options.request;
    this.#texts = snapshotTexts(options.snapshot);
    this.#traces = traceDigests(options.snapshot);
    this.#snapshot = { ...options.snapshot, traces: {} };
    this.#digest = options.digest;
    this.#lastGeneration = options.snapshot.generation;
  }

  /** The generation that holds, without the rows of its traces. */
  get snapshot(): ConfigurationSnapshot {
    return this.#snapshot;
  }

  /** The same for acceptors that start. */
  get texts(): SnapshotTexts {
    return this.#texts;
  }

  /** The generation that all processes are getting ready for at the moment. */
  get next(): SnapshotTexts | undefined {
    return this.#next;
  }

  /** The file that was read, if any. */
  get file(): string | undefined {
    return this.#request?.file;
  }

  metricsSnapshot(): Promise<MetricsSnapshot> {
    return this.#metrics.snapshot();
  }

  /**
   * Reads the configuration anew and has it take effect.
   * @param request what is read from now on, instead of what was read before
   * @throws ConfigurationFailure with every problem of it; NothingToReload; Error when a process could not get ready
   */
  reload(trigger: ReloadTrigger, request = this.#request): Promise<ReloadOutcome> {
    const isUsual = request === this.#request;
    if (isUsual && this.#waiting !== undefined) return this.#waiting;
    const outcome = this.#last.then(() => {
      if (this.#waiting === outcome) this.#waiting = undefined;
      return this.#reload(trigger, isUsual ? this.#request : request);
    });
    if (isUsual) this.#waiting = outcome;
    this.#last = outcome.catch(() => {});
    return outcome;
  }

  /**
   * For a watch on the file: has the content take effect, unless somebody else has had it read when this one's turn has come.
   * @param digest of the content, see fileDigest()
   */
  async follow(digest: string): Promise<void> {
    let awaited: Promise<unknown> | undefined;
    while (awaited !== this.#last) {
      awaited = this.#last;
      await awaited;
    }
    if (digest !== this.#digest) await this.reload('file');
  }

  async #reload(trigger: ReloadTrigger, request: LoadRequest | undefined): Promise<ReloadOutcome> {
    const { logger } = this.#options;
    try {
      if (request === undefined) throw new NothingToReload('the configuration was not read from anything');
      const next = await this.#read(request);
      await this.#prepare(next);
      await this.#commit(next, request);
      const { changed, needsRestart } = next;
      const { generation } = next.texts;
      this.#metrics.count('applied');
      logger.info({ trigger, generation, changed, needs_restart: needsRestart }, 'configuration reloaded');
      if (needsRestart.length > 0) logger.warn({ keys: needsRestart }, 'these changes need a restart to take effect');
      return { generation, changed, needsRestart };
    } catch (error) {
      this.#metrics.count('refused');
      const facts = { trigger, generation: this.#texts.generation, ...factsOf(error) };
      logger.error(facts, 'configuration not reloaded; what held goes on to hold');
      throw error;
    }
  }

  #read(request: LoadRequest): Promise<NextGeneration> {
    const { load, randomSeed, transport } = this.#options;
    const generation = this.#lastGeneration + 1;
    return load({
      request,
      current: this.#texts.own,
      traces: this.#traces,
      generation,
      randomSeed,
      transport: transport(),
    });
  }

  async #prepare({ texts }: NextGeneration): Promise<void> {
    this.#lastGeneration = texts.generation;
    this.#next = texts;
    try {
      await this.#options.spread.prepare(texts);
    } catch (cause) {
      this.#next = undefined;
      this.#options.spread.abandon(texts.generation);
      throw cause;
    }
  }

  async #commit({ digest, texts, traces }: NextGeneration, request: LoadRequest): Promise<void> {
    const { logger, parts, spread } = this.#options;
    const snapshot = ownSnapshot(texts);
    this.#next = undefined;
    this.#request = request;
    this.#texts = texts;
    this.#traces = traces;
    this.#digest = digest;
    this.#snapshot = snapshot;
    for (const part of parts) part.reconfigure(snapshot);
    try {
      await spread.commit(texts.generation);
    } catch (cause) {
      logger.warn({ cause: (cause as Error).message }, 'a process is late to take the configuration');
    }
  }
}

function factsOf(error: unknown): object {
  if (!(error instanceof ConfigurationFailure))
    return { cause: error instanceof Error ? error.message : String(error) };
  const problems = formatProblems(error.problems.slice(0, LOGGED_PROBLEMS_MAX)).split('\n');
  return { code: error.code, problem_count: error.problems.length, problems };
}
