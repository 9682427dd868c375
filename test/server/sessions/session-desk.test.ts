/** Turns of sessions reach the node's book once, also where a look at it fails because a process does not answer in time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AcceptorPolls } from '../../../src/cluster/acceptor-polls.js';
import type { ToAcceptor } from '../../../src/cluster/messages.js';
import { loadConfiguration } from '../../../src/config/loader.js';
import { createSnapshot } from '../../../src/config/snapshot.js';
import { PlanBuilder } from '../../../src/runtime/response-plan.js';
import { namedMark } from '../../../src/runtime/session-mark.js';
import { AcceptorAnswerer } from '../../../src/server/control/acceptor-answers.js';
import { SessionDesk } from '../../../src/server/sessions/session-desk.js';
import { SessionOutbox } from '../../../src/server/sessions/session-outbox.js';

const snapshot = createSnapshot(loadConfiguration({ object: {}, environment: {} }), 1, 0);
const TURN = { provider: 'openai', model: 'gpt-4o', success: true, promptTokens: 1, completionTokens: 1 };

function planOf(session: string): Uint8Array {
  const builder = new PlanBuilder();
  builder.begin(0, 0);
  builder.session = namedMark('header', session);
  builder.whole(200, ['content-type', 'text/plain'], 'body', 0);
  return builder.finish().slice();
}

/** What is sent to it while it is frozen, it takes in when it is not any more. */
class Acceptor {
  readonly #outbox: SessionOutbox;
  readonly #answerer: AcceptorAnswerer;
  readonly #unread: ToAcceptor[] = [];
  readonly #polls: AcceptorPolls;
  readonly id: number;
  isFrozen = false;

  constructor(id: number, polls: AcceptorPolls, desk: () => SessionDesk) {
    this.id = id;
    this.#polls = polls;
    this.#outbox = new SessionOutbox(1, (turns) => desk().take(turns));
    this.#answerer = new AcceptorAnswerer({ journal: undefined, sessions: this.#outbox, place: id, modelNames: [] });
  }

  serve(session: string): void {
    this.#outbox.planned(0, planOf(session));
    this.#outbox.closed(0, TURN);
  }

  send(message: ToAcceptor): void {
    this.#unread.push(message);
    if (!this.isFrozen) this.thaw();
  }

  thaw(): void {
    this.isFrozen = false;
    for (const message of this.#unread.splice(0)) {
      assert.ok(message.kind === 'question');
      this.#polls.answered(this.id, message.id, this.#answerer.answer(message.question));
    }
  }
}

test('a look that fails because one process is frozen costs no turn, neither of its own nor of the others', async () => {
  const polls = new AcceptorPolls(20);
  const acceptors: Acceptor[] = [0, 1].map((id) => new Acceptor(id, polls, () => desk));
  const asked = acceptors.map((acceptor) => ({ acceptor, place: acceptor.id }));
  const desk: SessionDesk = new SessionDesk({
    snapshot: () => snapshot,
    ask: (question) => polls.askAll(asked, question),
    now: () => ({ monotonicMs: 0, wallMs: 0 }),
  });
  acceptors[0].serve('a');
  acceptors[1].isFrozen = true;
  acceptors[1].serve('b');
  await assert.rejects(desk.page({}, 0, 10), /did not answer/);
  acceptors[1].thaw();
  const { sessions } = await desk.page({}, 0, 10);
  assert.deepEqual(
    sessions.map(({ id, turns }) => [id, turns]),
    [
      ['header:a', 1],
      ['header:b', 1],
    ],
  );
});
