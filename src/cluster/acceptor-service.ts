/**
 * What the primary does for one acceptor: keeps its state, has its requests enter the node's engines, takes its reports and figures, and
 * answers what it asks about the node. Ends with the acceptor, whose place another one then takes.
 *
 * Invariant: after close() nothing that still comes from the acceptor has any effect.
 */
import { type StateStore, StateUnavailable, type StoredDocument } from '../runtime/state-store.js';
import type { EngineConnection, ServingEngines } from '../server/batching/serving-engines.js';
import type { NodeControl } from '../server/control/node-control.js';
import type { NodeLimits } from '../server/limits/node-limits.js';
import type { SessionDesk } from '../server/sessions/session-desk.js';
import type { Logger } from '../telemetry/logging.js';
import type { AcceptorHandle } from './acceptor-handle.js';
import type { AcceptorPolls } from './acceptor-polls.js';
import type { Acknowledgements } from './acknowledgements.js';
import type { NodeAnswer, NodeQuestion, ToAcceptor, ToPrimary } from './messages.js';
import type { MetricsAggregator } from './metrics-aggregator.js';
import type { NodeWatch } from './node-watch.js';

/** What all acceptors of the node share. */
export interface NodeParts {
  readonly state: StateStore;
  readonly limits: NodeLimits;
  /** Where models are batched: one engine each for all acceptors. */
  readonly engines: ServingEngines;
  readonly watch: NodeWatch;
  readonly aggregator: MetricsAggregator;
  readonly acknowledgements: Acknowledgements;
  readonly polls: AcceptorPolls;
  readonly sessions: Pick<SessionDesk, 'take'>;
  readonly control: NodeControl;
  readonly logger: Logger;
}

export class AcceptorService {
  readonly #acceptor: Pick<AcceptorHandle, 'id' | 'pid' | 'send'>;
  readonly #node: NodeParts;
  /** The acceptor's number; one that takes a dead one's place takes its number too. */
  readonly place: number;
  readonly #engines: EngineConnection;
  #closed = false;

  constructor(acceptor: Pick<AcceptorHandle, 'id' | 'pid' | 'send'>, place: number, node: NodeParts) {
    this.#acceptor = acceptor;
    this.#node = node;
    this.place = place;
    this.#engines = node.engines.connect(place, {
      onAnswer: (id, admitted) => acceptor.send({ kind: 'batch_answer', id, admitted }),
      onSteps: (steps) => acceptor.send({ kind: 'batch_steps', steps }),
    });
  }

  /** The acceptor is gone: its requests leave the engines, what it counted stays. */
  close(): void {
    this.#closed = true;
    this.#engines.close();
    this.#node.limits.leave(String(this.#acceptor.id));
    this.#node.acknowledgements.left(this.#acceptor.id);
    this.#node.polls.left(this.#acceptor.id);
    this.#node.aggregator.retire(this.#acceptor.id);
  }

  receive(message: ToPrimary): void {
    if (this.#closed) return;
    const { aggregator, limits, logger, state, watch } = this.#node;
    if (logger.isLevelEnabled('trace'))
      logger.trace({ acceptor_pid: this.#acceptor.pid, kind: message.kind }, 'message');
    switch (message.kind) {
      case 'metrics':
        aggregator.receive(this.#acceptor.id, message.id, message.figures);
        break;
      case 'books':
        aggregator.receiveBooks(this.#acceptor.id, message.books, message.logLinesDropped);
        break;
      case 'acknowledged':
        this.#node.acknowledgements.acknowledge(this.#acceptor.id, message.id, message.refusal);
        break;
      case 'answer':
        this.#node.polls.answered(this.#acceptor.id, message.id, message.answer);
        break;
      case 'session_turns':
        this.#node.sessions.take(message.turns);
        break;
      case 'ask_node':
        this.#answerAbout(message.id, message.question);
        break;
      case 'load':
        watch.report(this.place, message.report);
        break;
      case 'recall_state':
        this.#answerState(message.id, state.recall(message.keys));
        break;
      case 'change_state':
        this.#answerState(
          message.id,
          state.apply(message.changes).then(() => []),
        );
        break;
      case 'reuse_prefix':
        this.#answer('the prefix cache', state.reusePrefix(message.lookup), (hits) => ({
          kind: 'prefix',
          id: message.id,
          hits,
        }));
        break;
      case 'ask_limits':
        this.#answer('the rate limits', limits.exchange(String(this.#acceptor.id), message.asks), (answers) => ({
          kind: 'limits',
          id: message.id,
          answers,
        }));
        break;
      case 'batch_enter':
        this.#engines.enter(message.entry);
        break;
      case 'batch_leave':
        this.#engines.leave(message.id, message.model);
        break;
      case 'drained':
        if (message.cut === 0) break;
        logger.warn(
          { acceptor_pid: this.#acceptor.pid, cut: message.cut },
          'requests were cut at the end of the drain',
        );
    }
  }

  #answerAbout(id: number, question: NodeQuestion): void {
    const { control, watch } = this.#node;
    const work: Promise<NodeAnswer> =
      question.about === 'metrics' ? watch.scrape(question.wish) : control.administer(question.command);
    this.#answer(`the node's ${question.about}`, work, (answer) => ({ kind: 'node_answer', id, answer }));
  }

  #answerState(id: number, work: Promise<readonly StoredDocument[]>): void {
    const answer = work.then(
      (documents): ToAcceptor => ({ kind: 'state', id, documents }),
      (cause: Error): ToAcceptor => {
        if (cause instanceof StateUnavailable) return { kind: 'state_unavailable', id };
        throw cause;
      },
    );
    this.#answer('the state store', answer, (message) => message);
  }

  /** Sends what comes of the work. Where it fails, the acceptor's own time limit answers the request. */
  #answer<Result>(what: string, work: Promise<Result>, message: (result: Result) => ToAcceptor): void {
    work.then(
      (result) => this.#acceptor.send(message(result)),
      (cause: Error) => this.#node.logger.error({ cause: cause.message }, `${what} failed an acceptor`),
    );
  }
}
