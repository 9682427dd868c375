/** The node as an acceptor sees it: reports go to the primary, and what is asked about the whole node is answered by it. */
import type { SessionTurn } from '../runtime/session-mark.js';
import type { AdminCommand, AdminReply } from '../server/control/operation.js';
import type { NodeHealth, NodeLink } from '../server/node-link.js';
import type { LoadReport } from '../server/saturation/load-report.js';
import type { Scrape, ScrapeWish } from '../telemetry/scrape.js';
import type { NodeAnswer, NodeQuestion, ToPrimary } from './messages.js';
import { PrimaryCalls } from './primary-calls.js';
import type { PrimaryLine } from './primary-line.js';

/** Scrapes and looks at the statistics: a few people and programs ask for these, and each answer is made of every process's figures. */
const QUESTIONS_MAX = 64;

/** A reload reads files, which may be large, and waits for one that is under way. */
const ADMIN_TIMEOUT_MS = 180_000;

const SILENCE_CHECK_MS = 500;
const SILENT = "the node's primary process does not answer";

export class NodeClient implements NodeLink {
  readonly #line: Pick<PrimaryLine, 'tell' | 'isSilent'>;
  readonly #send: (message: ToPrimary) => void;
  readonly #questions: PrimaryCalls<NodeAnswer>;

  constructor(line: Pick<PrimaryLine, 'tell' | 'isSilent'>) {
    this.#line = line;
    this.#send = line.tell;
    this.#questions = new PrimaryCalls(line.tell, QUESTIONS_MAX);
  }

  get health(): NodeHealth {
    return this.#line.isSilent ? 'unresponsive' : 'ok';
  }

  report(report: LoadReport): void {
    this.#send({ kind: 'load', report });
  }

  reportTurns(turns: readonly SessionTurn[]): void {
    this.#send({ kind: 'session_turns', turns });
  }

  async scrape(wish: ScrapeWish): Promise<Scrape> {
    return (await this.#ask({ about: 'metrics', wish })) as Scrape;
  }

  async administer(command: AdminCommand): Promise<AdminReply> {
    return (await this.#ask({ about: 'admin', command }, ADMIN_TIMEOUT_MS)) as AdminReply;
  }

  /** The primary's answer to a question. */
  settle(id: number, answer: NodeAnswer): void {
    this.#questions.settle(id, answer);
  }

  /** However long an answer may take: nobody waits for a primary that says nothing at all. */
  async #ask(question: NodeQuestion, timeoutMs?: number): Promise<NodeAnswer> {
    if (this.#line.isSilent) throw new Error(SILENT);
    const watch = setInterval(() => {
      if (this.#line.isSilent) this.#questions.failAll(new Error(SILENT));
    }, SILENCE_CHECK_MS);
    try {
      return await this.#questions.call((id) => ({ kind: 'ask_node', id, question }), timeoutMs);
    } finally {
      clearInterval(watch);
    }
  }
}
