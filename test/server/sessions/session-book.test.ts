import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { namedMark, type SessionTurn } from '../../../src/runtime/session-mark.js';
import { type Moment, SessionBook, type SessionCut } from '../../../src/server/sessions/session-book.js';

const TTL_MS = 1_000;

const at = (ms: number): Moment => ({ monotonicMs: ms, wallMs: 1e12 + ms });

function turnOf(name: string, over: Partial<SessionTurn> = {}): SessionTurn {
  return {
    mark: namedMark('header', name),
    provider: 'openai',
    model: 'gpt-4o-mini',
    success: true,
    promptTokens: 10,
    completionTokens: 5,
    ...over,
  };
}

function conversationTurn(own: string, before?: string): SessionTurn {
  return turnOf('', { mark: { id: '', priorTurns: 0, priorTokens: 0, conversation: { own, before } } });
}

function pageOf(book: SessionBook, ...question: Parameters<SessionBook['page']>): SessionCut {
  const page = book.page(...question);
  for (;;) {
    const { value, done } = page.next();
    if (done) return value;
  }
}

function idsOf(book: SessionBook, now: Moment): string[] {
  return pageOf(book, {}, 0, 1_000, now).sessions.map(({ id }) => id);
}

type Step =
  | { readonly do: 'turn'; readonly name: number; readonly afterMs: number; readonly success: boolean }
  | { readonly do: 'delete'; readonly name: number; readonly afterMs: number }
  | { readonly do: 'bound'; readonly sessionsMax: number; readonly afterMs: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('turn' as const),
      name: fc.nat(8),
      afterMs: fc.nat(400),
      success: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('delete' as const), name: fc.nat(8), afterMs: fc.nat(400) }),
  fc.record({ do: fc.constant('bound' as const), sessionsMax: fc.integer({ min: 1, max: 5 }), afterMs: fc.nat(400) }),
);

interface ModelSession {
  name: number;
  turns: number;
  errors: number;
  usedMs: number;
}

/** The same book as a list, searched from end to end at every step. */
class ModelBook {
  sessions: ModelSession[] = [];
  created = 0;
  evicted = 0;
  expired = 0;
  deleted = 0;
  sessionsMax = 3;

  step(step: Step, nowMs: number): void {
    const alive = this.sessions.filter(({ usedMs }) => nowMs - usedMs < TTL_MS);
    this.expired += this.sessions.length - alive.length;
    this.sessions = alive;
    if (step.do === 'bound') this.sessionsMax = step.sessionsMax;
    if (step.do === 'delete') {
      this.sessions = alive.filter(({ name }) => name !== step.name);
      this.deleted += alive.length - this.sessions.length;
    }
    if (step.do === 'turn') this.#turn(step, nowMs);
    while (this.sessions.length > this.sessionsMax) this.#evict();
  }

  #turn({ name, success }: Extract<Step, { do: 'turn' }>, nowMs: number): void {
    let session = this.sessions.find((other) => other.name === name);
    if (session === undefined) {
      if (this.sessions.length === this.sessionsMax) this.#evict();
      session = { name, turns: 0, errors: 0, usedMs: nowMs };
      this.sessions.push(session);
      this.created++;
    }
    session.usedMs = nowMs;
    if (success) session.turns++;
    else session.errors++;
    // In the order of use, so that of several used at one moment the first one goes first.
    this.sessions.splice(this.sessions.indexOf(session), 1);
    this.sessions.push(session);
  }

  #evict(): void {
    this.sessions.shift();
    this.evicted++;
  }
}

describe('SessionBook', () => {
  test('keeps, evicts and expires as a list that is searched from end to end does', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const book = new SessionBook({ sessionsMax: 3, ttlMs: TTL_MS });
        const model = new ModelBook();
        let nowMs = 0;
        for (const step of steps) {
          nowMs += step.afterMs;
          model.step(step, nowMs);
          if (step.do === 'turn') book.take(turnOf(String(step.name), { success: step.success }), at(nowMs));
          else if (step.do === 'delete') book.delete(`header:${step.name}`, at(nowMs));
          else book.bound({ sessionsMax: step.sessionsMax, ttlMs: TTL_MS }, at(nowMs));
          const { created, deleted, evicted, expired } = model;
          const sessions = model.sessions.length;
          assert.deepEqual(book.totals(at(nowMs)), { sessions, created, evicted, expired, deleted });
          for (const { name, turns, errors, usedMs } of model.sessions) {
            const found = book.get(`header:${name}`, at(nowMs));
            assert.deepEqual(
              [found?.turns, found?.errors, found?.totalTokens, found?.used],
              [turns, errors, turns * 15, at(usedMs)],
            );
          }
        }
      }),
    );
  });

  test('counts turns and tokens, and takes its model and context from the last turn that was answered', () => {
    const book = new SessionBook({ sessionsMax: 10, ttlMs: TTL_MS });
    book.take(turnOf('a'), at(0));
    book.take(turnOf('a', { provider: 'anthropic', model: 'claude-3-opus', promptTokens: 100 }), at(1));
    book.take(turnOf('a', { success: false, model: null, promptTokens: 7_000 }), at(2));
    const { created, errors, contextTokens, model, provider, totalTokens, turns, used } = book.get('header:a', at(3))!;
    assert.deepEqual(
      { turns, errors, contextTokens, totalTokens },
      { turns: 2, errors: 1, contextTokens: 105, totalTokens: 120 },
    );
    assert.deepEqual(
      { model, provider, created, used },
      { model: 'claude-3-opus', provider: 'openai', created: at(0), used: at(2) },
    );
  });

  test('counts what came before a session was kept', () => {
    const book = new SessionBook({ sessionsMax: 10, ttlMs: TTL_MS });
    const mark = { ...namedMark('previous_response_id', 'resp_1'), priorTurns: 2, priorTokens: 40 };
    book.take(turnOf('', { mark }), at(0));
    book.take(turnOf('', { mark: { ...mark, priorTurns: 3 } }), at(1));
    const { turns, totalTokens } = book.get('previous_response_id:resp_1', at(1))!;
    assert.deepEqual([turns, totalTokens], [4, 70]);
  });

  test('follows a conversation by its hashes, through repeats and branches', () => {
    const book = new SessionBook({ sessionsMax: 10, ttlMs: TTL_MS });
    book.take(conversationTurn('h1'), at(0));
    book.take(conversationTurn('h1'), at(1));
    book.take(conversationTurn('h2', 'h1'), at(2));
    book.take(conversationTurn('h3', 'h2'), at(3));
    assert.deepEqual(idsOf(book, at(3)), ['conversation:h1']);
    assert.equal(book.get('conversation:h1', at(3))?.turns, 4);
    // Its first request again, which nobody can tell from another conversation's.
    book.take(conversationTurn('h1'), at(4));
    assert.deepEqual(idsOf(book, at(4)), ['conversation:h1', 'conversation:h1-2']);
    book.take(conversationTurn('h4', 'h3'), at(5));
    assert.equal(book.get('conversation:h1', at(5))?.turns, 5);
  });

  test('gives every session once over its pages, though sessions are used and begin meanwhile', () => {
    const book = new SessionBook({ sessionsMax: 100, ttlMs: TTL_MS });
    for (let name = 0; name < 10; name++) book.take(turnOf(String(name)), at(0));
    const seen: string[] = [];
    let after = 0;
    for (let more = true; more; ) {
      const page = pageOf(book, {}, after, 3, at(1));
      seen.push(...page.sessions.map(({ name }) => name));
      after = page.sessions.at(-1)!.number;
      more = page.more;
      if (seen.length < 10) book.take(turnOf('0'), at(1));
    }
    assert.deepEqual(seen, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('looks through many sessions in turns, between which they may go', () => {
    const book = new SessionBook({ sessionsMax: 50_000, ttlMs: TTL_MS });
    for (let number = 0; number < 50_000; number++) book.take(turnOf(`s${number}`), at(0));
    const page = book.page({ id: 's49999' }, 0, 10, at(0));
    let turns = 0;
    for (;;) {
      const { value, done } = page.next();
      if (done) {
        assert.deepEqual(
          value.sessions.map(({ name }) => name),
          ['s49999'],
        );
        break;
      }
      turns++;
      assert.ok(book.delete(`header:s${turns}`, at(0)));
    }
    assert.equal(turns, 2);
  });

  test('filters by identifier or name, provider and model', () => {
    const book = new SessionBook({ sessionsMax: 100, ttlMs: TTL_MS });
    book.take(turnOf('a'), at(0));
    book.take(turnOf('b', { provider: 'gemini', model: 'gemini-2.5-flash' }), at(0));
    const found = (filter: object) => pageOf(book, filter, 0, 10, at(0)).sessions.map(({ name }) => name);
    assert.deepEqual(found({ id: 'header:a' }), ['a']);
    assert.deepEqual(found({ id: 'b' }), ['b']);
    assert.deepEqual(found({ provider: 'openai' }), ['a']);
    assert.deepEqual(found({ model: 'gemini-2.5-flash' }), ['b']);
    assert.deepEqual(found({ provider: 'openai', model: 'gemini-2.5-flash' }), []);
  });

  test('forgets all when told to, and counts them as deleted', () => {
    const book = new SessionBook({ sessionsMax: 100, ttlMs: TTL_MS });
    book.take(turnOf('a'), at(0));
    book.take(conversationTurn('h1'), at(0));
    assert.equal(book.clear(at(1)), 2);
    book.take(conversationTurn('h2', 'h1'), at(2));
    assert.deepEqual(book.totals(at(2)), { sessions: 1, created: 3, evicted: 0, expired: 0, deleted: 2 });
    assert.equal(book.get('conversation:h2', at(2))?.turns, 1);
  });
});
