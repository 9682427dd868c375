/**
 * Users who each have one conversation after another, with a time to think in between. The next conversation is the next number of the
 * run, whoever asks for it: the run's requests are the same ones however fast each user is answered.
 */
import { seededRandom } from '../../engine/rng.js';
import type { RandomSource } from '../../kernel/random-source.js';
import type { ClosedLoop as ClosedLoopPlan, LoadPlan, RequestSource } from '../contract.js';
import { type ConversingParts, converse, type Loop, type PreparedConversation, prepare } from './conversing.js';
import type { SharedCounters } from './shared-counters.js';

/** A user who got no connection comes back after this at the earliest: a server that is gone would be asked thousands of times a second. */
const CONNECT_AGAIN_US = 100_000;
/** Of the random stream of think times; the conversation's number is the rest of its key. */
const THINK_KEY = 0x7468_696e;
const THINK_STREAM = 1;

export interface ClosedLoopOptions {
  readonly plan: Pick<LoadPlan, 'seed'> & { readonly closedLoop: ClosedLoopPlan };
  readonly source: RequestSource;
  /** Between conversations. */
  readonly drawThinkTimeMs: (random: RandomSource) => number;
  readonly counters: SharedCounters;
  /** Of this thread, from 0: it has every n-th user. */
  readonly place: number;
  readonly threads: number;
}

interface Next extends PreparedConversation {
  readonly number: number;
}

interface User {
  readonly startUs: number;
  readonly first: Next;
}

export class ClosedLoop implements Loop {
  readonly #options: ClosedLoopOptions;
  readonly #users: User[] = [];

  /** Prepares each user's first conversation: users may start all at once. */
  constructor(options: ClosedLoopOptions) {
    this.#options = options;
    const { place, plan, threads } = options;
    const { rampUpSecs, users } = plan.closedLoop;
    for (let user = place; user < users; user += threads) {
      const first = this.#next();
      if (first === undefined) break;
      this.#users.push({ startUs: (user / users) * rampUpSecs * 1e6, first });
    }
  }

  async run(parts: ConversingParts): Promise<void> {
    await Promise.all(this.#users.splice(0).map((user) => this.#live(user, parts)));
  }

  async #live({ first, startUs }: User, parts: ConversingParts): Promise<void> {
    const { agenda, client, endUs } = parts;
    let dueUs = startUs;
    for (let next: Next | undefined = first; next !== undefined; next = this.#next()) {
      if (!(await agenda.at(dueUs))) return;
      const last = await converse(parts, next, dueUs);
      const pauseUs = last?.outcome === 'connect_failed' ? CONNECT_AGAIN_US : 0;
      dueUs = client.nowUs() + Math.max(pauseUs, this.#thinkTimeUs(next.number));
      if (dueUs >= endUs) return;
    }
  }

  /** The run's next conversation; undefined when it has no requests left. */
  #next(): Next | undefined {
    const { counters, source } = this.#options;
    const number = counters.nextConversation();
    const conversation = source.conversation(number);
    const turns = counters.reserve(conversation.turns);
    return turns === 0 ? undefined : { number, ...prepare(conversation, turns) };
  }

  #thinkTimeUs(number: number): number {
    const { drawThinkTimeMs, plan } = this.#options;
    const random = seededRandom(plan.seed, Uint32Array.of(THINK_KEY, number, 0, 0), THINK_STREAM);
    return drawThinkTimeMs(random) * 1_000;
  }
}
