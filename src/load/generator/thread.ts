/**
 * What a thread of the generator does: loads everything, says so, and from the start it is told sends its share of the plan until the plan
 * is done, the time for the rest is over, or it is told to stop.
 *
 *   made ─▶ run ─▶ sending ─▶ (end of the plan) ─▶ the rest finishes ─▶ done
 *                     └── stop, or the end of the grace period ──▶ cut ──┘
 */
import { arrivalProcess, arrivalRandom } from '../arrivals/arrival-process.js';
import { createClient } from '../client/client.js';
import type { LoadClient } from '../client/contract.js';
import { delaySampler } from '../requests/random-draws.js';
import { requestSource } from '../requests/request-source.js';
import { Agenda } from './agenda.js';
import { ClosedLoop } from './closed-loop.js';
import type { Loop } from './conversing.js';
import type { FromLoadThread, LoadTask } from './messages.js';
import { OpenLoop } from './open-loop.js';
import { Reporter } from './reporter.js';
import { SharedCounters } from './shared-counters.js';

/** setTimeout's limit: a run of more than 24 days is cut by whoever started it. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export class LoadThread {
  readonly #task: LoadTask;
  readonly #tell: (message: FromLoadThread) => void;
  readonly #counters: SharedCounters;
  readonly #loop: Loop;
  #cutter: Cutter | undefined;
  #isStopped = false;

  /** Resolves when everything is there that the first requests need. */
  static async load(task: LoadTask, tell: (message: FromLoadThread) => void): Promise<LoadThread> {
    const counters = new SharedCounters(task.counters);
    return new LoadThread(task, tell, counters, await loopOf(task, counters));
  }

  private constructor(task: LoadTask, tell: (message: FromLoadThread) => void, counters: SharedCounters, loop: Loop) {
    this.#task = task;
    this.#tell = tell;
    this.#counters = counters;
    this.#loop = loop;
  }

  /** Ends run() soon, whatever it is doing. */
  stop(): void {
    this.#isStopped = true;
    this.#cutter?.cut();
  }

  /** Sends this thread's share; resolves when all of it has been told. Call once. @param originUs the run's start by the machine's clock */
  async run(originUs: number): Promise<void> {
    const { capture, plan } = this.#task;
    const client = createClient({ target: plan.target, requestTimeoutMs: plan.requestTimeoutSecs * 1_000, originUs });
    const agenda = new Agenda(client.nowUs);
    const reporter = new Reporter(plan.warmUpSecs, (report) => this.#tell({ kind: 'report', ...report }));
    const endUs = (plan.durationSecs ?? Number.POSITIVE_INFINITY) * 1e6;
    const cutter = new Cutter(client, agenda, endUs + plan.gracePeriodSecs * 1e6);
    this.#cutter = cutter;
    if (this.#isStopped) cutter.cut();
    await this.#loop.run({
      client,
      agenda,
      counters: this.#counters,
      reporter,
      // Users are a bound of their own.
      inFlightMax: plan.closedLoop === undefined ? plan.inFlightMax : Number.POSITIVE_INFINITY,
      capture,
      endUs,
      isCutting: () => cutter.isCutting,
    });
    const overUs = client.nowUs();
    cutter.end();
    agenda.close();
    reporter.end();
    await client.close();
    this.#tell({ kind: 'done', cut: reporter.cut, overUs });
  }
}

async function loopOf({ place, plan, threads }: LoadTask, counters: SharedCounters): Promise<Loop> {
  const source = await requestSource(plan);
  // The first request takes much longer than all others, and is not to be late.
  source.conversation(0).turn(0);
  const { arrivals = [], closedLoop, seed } = plan;
  if (closedLoop !== undefined) {
    const drawThinkTimeMs = delaySampler(closedLoop.thinkTime);
    return new ClosedLoop({ plan: { seed, closedLoop }, source, drawThinkTimeMs, counters, place, threads });
  }
  return new OpenLoop({ plan, arrivals: arrivalProcess(arrivals, arrivalRandom(seed)), source, place, threads });
}

/** Ends everything in flight once, at a time or when it is told to. */
class Cutter {
  readonly #client: LoadClient;
  readonly #agenda: Agenda;
  readonly #timer: NodeJS.Timeout | undefined;
  isCutting = false;

  /** @param atUs may be Infinity */
  constructor(client: LoadClient, agenda: Agenda, atUs: number) {
    this.#client = client;
    this.#agenda = agenda;
    const waitMs = (atUs - client.nowUs()) / 1_000;
    if (waitMs <= TIMER_MS_MAX) this.#timer = setTimeout(() => this.cut(), Math.max(0, waitMs));
  }

  cut(): void {
    if (this.isCutting) return;
    this.isCutting = true;
    this.#agenda.close();
    void this.#client.close();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
