/** The prompt cache's books: what is read, what is written and for how long, over requests of one state. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseMessageRequest } from '../../../src/providers/anthropic/messages-request.js';
import { type CacheUsage, PromptCache } from '../../../src/providers/anthropic/prompt-cache.js';
import type { Recollection, Simulation } from '../../../src/providers/contract.js';
import { apiRequest, type Json, messageBody } from './requests.js';

/** Every part has as many tokens. */
const PART_TOKENS = 100;
const REST = 4;
const MINIMUM = 200;

/** A node's state with a clock of its own. */
class State {
  readonly entries = new Map<string, { document: string; ttlSecs: number; leftSecs: number }>();
  recalls = 0;
  nowSecs = 0;

  get simulation(): Simulation {
    const stateOnly: Pick<Simulation, 'recallAll' | 'remember'> = {
      recallAll: (keys) => {
        this.recalls++;
        return keys.map((key) => this.#recall(key));
      },
      remember: (key, document, ttlSecs = 0) => this.entries.set(key, { document, ttlSecs, leftSecs: this.nowSecs }),
    };
    return stateOnly as Simulation;
  }

  #recall(key: string): Recollection | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined || this.nowSecs - entry.leftSecs > entry.ttlSecs) return undefined;
    return { document: entry.document, ageMs: (this.nowSecs - entry.leftSecs) * 1_000 };
  }

  /** The books of a request. */
  use(body: Json, scope: { apiKey?: string; model?: string } = {}): CacheUsage {
    const { parts, toolChoice, thinking } = parseMessageRequest(apiRequest(body));
    const { apiKey = 'key', model = 'claude-sonnet-4-5' } = scope;
    const messageSettings = [toolChoice ?? null, thinking ?? null];
    const cache = new PromptCache(parts, { apiKey, model, messageSettings }, this.simulation);
    return cache.settle(
      parts.map(() => PART_TOKENS),
      MINIMUM,
      REST,
    );
  }
}

function usage(read: number, written5m: number, written1h: number, input: number): CacheUsage {
  return { inputTokens: input, readTokens: read, writtenTokens: { '5m': written5m, '1h': written1h } };
}

const mark = (ttl: '5m' | '1h' = '5m'): Json => ({ cache_control: { type: 'ephemeral', ttl } });
const text = (said: string, fields: Json = {}): Json => ({ type: 'text', text: said, ...fields });
const system = (...blocks: readonly Json[]): Json => ({ system: blocks });
const chat = (...content: readonly Json[]): Json => ({ messages: [{ role: 'user', content }] });

/** Three parts, the second a breakpoint. */
const MARKED = messageBody({ ...system(text('a'), text('b', mark())), ...chat(text('c')) });

describe('the prompt cache', () => {
  test('is not touched by a request without breakpoints', () => {
    const state = new State();
    assert.deepEqual(state.use(messageBody(system(text('a'), text('b')))), usage(0, 0, 0, 3 * PART_TOKENS + REST));
    assert.deepEqual([state.recalls, state.entries.size], [0, 0]);
  });

  test('is written first and read then', () => {
    const state = new State();
    assert.deepEqual(state.use(MARKED), usage(0, 200, 0, 104));
    assert.deepEqual(state.use(MARKED), usage(200, 0, 0, 104));
  });

  test('is asked once, for all that could help', () => {
    const state = new State();
    state.use(MARKED);
    assert.equal(state.recalls, 1);
  });

  test('is read by a request that goes another way behind the breakpoint', () => {
    const state = new State();
    state.use(MARKED);
    assert.deepEqual(state.use({ ...MARKED, ...chat(text('another'), text('question')) }), usage(200, 0, 0, 204));
  });

  test('is not read by a request that differs before it', () => {
    const state = new State();
    state.use(MARKED);
    assert.deepEqual(state.use({ ...MARKED, ...system(text('A'), text('b', mark())) }), usage(0, 200, 0, 104));
    assert.deepEqual(
      state.use({ ...MARKED, tools: [{ name: 'x', input_schema: { type: 'object' } }] }),
      usage(0, 300, 0, 104),
    );
  });

  test('belongs to a key and a model', () => {
    const state = new State();
    state.use(MARKED);
    assert.equal(state.use(MARKED, { apiKey: 'other' }).readTokens, 0);
    assert.equal(state.use(MARKED, { model: 'claude-opus-4-5' }).readTokens, 0);
    assert.equal(state.use(MARKED).readTokens, 200);
  });

  test('holds no prefix below the minimum', () => {
    const state = new State();
    const short = messageBody({ ...system(text('a', mark())), ...chat(text('c')) });
    assert.deepEqual(state.use(short), usage(0, 0, 0, 204));
    assert.equal(state.entries.size, 0);
  });

  test('grows with a conversation whose last part is marked', () => {
    const state = new State();
    const turns: Json[] = [];
    const books = ['a', 'b', 'c'].map((said) => {
      if (turns.length > 0) turns.push({ role: 'assistant', content: [text(`about ${said}`)] });
      turns.push({ role: 'user', content: [text(said)] });
      return state.use(messageBody({ ...system(text('system')), messages: turns, ...mark() }));
    });
    assert.deepEqual(books, [usage(0, 200, 0, REST), usage(200, 200, 0, REST), usage(400, 200, 0, REST)]);
  });

  test('looks twenty parts back, and no further', () => {
    const grown = (parts: number) =>
      messageBody(chat(...Array.from({ length: parts }, (_, index) => text(`part ${index}`)), text('end', mark())));
    const read = (parts: number) => {
      const state = new State();
      state.use(messageBody(chat(text('part 0'), text('part 1', mark()))));
      return state.use(grown(parts)).readTokens;
    };
    assert.equal(read(20), 200);
    assert.equal(read(21), 0);
  });

  test('keeps what is marked for an hour apart from what is marked for five minutes', () => {
    const state = new State();
    const both = messageBody({
      ...system(text('a'), text('b', mark('1h'))),
      ...chat(text('c'), text('d', mark()), text('e')),
    });
    assert.deepEqual(state.use(both), usage(0, 200, 200, 104));
    state.nowSecs = 301;
    assert.deepEqual(state.use(both), usage(200, 200, 0, 104));
    state.nowSecs += 3_601;
    assert.deepEqual(state.use(both), usage(0, 200, 200, 104));
  });

  test('lives anew with every read', () => {
    const state = new State();
    state.use(MARKED);
    for (let reads = 0; reads < 4; reads++) {
      state.nowSecs += 299;
      assert.equal(state.use(MARKED).readTokens, 200);
    }
    state.nowSecs += 301;
    assert.equal(state.use(MARKED).readTokens, 0);
  });

  test('does not care where a mark stood, or how text is written', () => {
    const state = new State();
    const call = { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'x', input: { a: 1, b: 2 } }] };
    const swapped = { role: 'assistant', content: [{ input: { b: 2, a: 1 }, name: 'x', id: 't1', type: 'tool_use' }] };
    const result = (inner: Json) => ({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't1', content: [text('Sunny', inner)] }],
    });
    const question = { role: 'user', content: 'Weather?' };
    const later = { role: 'user', content: [text('And now?', mark())] };
    assert.deepEqual(state.use(messageBody({ messages: [question, call, result(mark())] })), usage(0, 300, 0, REST));
    const again = messageBody({
      messages: [{ role: 'user', content: [text('Weather?')] }, swapped, result({}), later],
    });
    assert.deepEqual(state.use(again), usage(300, 100, 0, REST));
  });

  test('keeps tools and system prompt when the choice of tools changes, but not the messages', () => {
    const state = new State();
    const tools = [{ name: 'x', input_schema: { type: 'object' } }];
    const body = (choice: string) =>
      messageBody({ tools, tool_choice: { type: choice }, ...system(text('a', mark())), ...chat(text('b', mark())) });
    assert.deepEqual(state.use(body('auto')), usage(0, 300, 0, REST));
    assert.deepEqual(state.use(body('any')), usage(200, 100, 0, REST));
    assert.deepEqual(state.use(body('auto')), usage(300, 0, 0, REST));
  });
});
