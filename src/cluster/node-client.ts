/**
 * The node as an acceptor sees it: reports go to the primary, and what is asked about the whole node is answered by it.
 *
 * Invariants: never more than QUESTIONS_MAX wait; one that is not answered in time rejects, so nothing waits for a primary that hangs.
 */
import type { NodeLink } from '../server/node-link.js';
import type { LoadReport } from '../server/saturation/load-report.js';
import type { NodeStats } from '../server/stats/node-stats.js';
import type { NodeAnswer, ToPrimary } from './messages.js';

const QUESTIONS_MAX = 64;
const ANSWER_TIMEOUT_MS = 5_000;

export class NodeClient implements NodeLink {
  readonly #send: (message: ToPrimary) => void;
  readonly #questions = new Map<number, (answer: NodeAnswer) => void>();
  #nextId = 1;

  /** @param send takes a message to the primary */
  constructor(send: (message: ToPrimary) => void) {
    this.#send = send;
  }

  report(report: LoadReport): void {
    this.#send({ kind: 'load', report });
  }

  async metricsText(): Promise<string> {
    return (await this.#ask('metrics')) as string;
  }

  async stats(): Promise<NodeStats> {
    return (await this.#ask('stats')) as NodeStats;
  }

  /** The primary's answer to a question. */
  settle(id: number, answer: NodeAnswer): void {
    this.#questions.get(id)?.(answer);
  }

  #ask(question: 'metrics' | 'stats'): Promise<NodeAnswer> {
    if (this.#questions.size >= QUESTIONS_MAX) return Promise.reject(new Error('too many questions at once'));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => {
        this.#questions.delete(id);
        reject(new Error('the primary did not answer in time'));
      }, ANSWER_TIMEOUT_MS);
      this.#questions.set(id, (answer) => {
        clearTimeout(timer);
        this.#questions.delete(id);
        resolve(answer);
      });
      this.#send({ kind: 'ask_node', id, question });
    });
  }
}
