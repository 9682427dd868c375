/** A chat stream as bytes on the wire: framing, the order of its chunks, and what they add up to. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base';
import {
  AT_ONCE,
  chatRequest,
  chunksOf,
  complete,
  contentOf,
  type Json,
  replyText,
  sharedSimulator,
} from '../chat-client.js';
import { withoutLeadingLineFeed } from '../event-stream.js';
import { RawClient, request } from '../transport/raw-client.js';

const PATH = '/v1/chat/completions';
const KEY = { 'x-llm-sim-request-id': 'wire' };
const USAGE = { stream_options: { include_usage: true } };

describe('the framing of a chat stream', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });
  const stream = (fields: Json = {}) =>
    replyText(simulator(), chatRequest({ stream: true, max_tokens: 20, ...fields }), KEY);

  test('is events of one data line and a blank line, line feeds only, and ends with data: [DONE]', async () => {
    const text = withoutLeadingLineFeed(await stream(USAGE));
    assert.match(text, /^(data: [^\r\n]+\n\n)+$/);
    assert.ok(text.endsWith('}\n\ndata: [DONE]\n\n'));
    assert.equal(text.split('[DONE]').length, 2);
  });

  test('is announced by its headers', async () => {
    const response = await fetch(simulator().url + PATH, {
      method: 'POST',
      body: JSON.stringify(chatRequest({ stream: true, max_tokens: 1 })),
    });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream\b/);
    assert.equal(response.headers.get('content-length'), null);
    assert.match(response.headers.get('x-request-id') ?? '', /^req_[0-9a-f]{32}$/);
    await response.text();
  });

  test('sends one event per HTTP chunk', async () => {
    const client = await RawClient.connect(simulator().port);
    client.send(request('POST', PATH, [], JSON.stringify(chatRequest({ stream: true, max_tokens: 20 }))));
    await client.waitForText('\r\n0\r\n\r\n');
    const body = client.text.slice(client.text.indexOf('\r\n\r\n') + 4);
    const pieces = chunkedPieces(body).filter((piece) => piece !== '\n');
    assert.equal(pieces.length, 1 + 20 + 2);
    for (const piece of pieces) assert.match(piece, /^data: [^\r\n]+\n\n$/);
    client.destroy();
  });

  test('names the role once per choice, in its first delta, which says nothing yet', async () => {
    const chunks = chunksOf(await stream({ n: 3 }));
    for (const index of [0, 1, 2]) {
      const deltas = chunks.flatMap(({ choices }) => choices).filter((choice) => choice.index === index);
      assert.deepEqual(deltas[0].delta, { role: 'assistant', content: '', refusal: null });
      assert.ok(deltas.slice(1).every(({ delta }) => !('role' in delta)));
    }
  });

  test('ends each choice with an empty delta that carries the finish reason, which is null before', async () => {
    for (const [fields, reason] of [
      [{ max_tokens: 7 }, 'length'],
      [{ max_tokens: 4_000, stop: '.' }, 'stop'],
      [{ max_tokens: undefined }, 'stop'],
    ] as const) {
      const choices = chunksOf(await stream(fields)).map((chunk) => chunk.choices[0]);
      const last = choices.pop();
      assert.deepEqual(last, { index: 0, delta: {}, logprobs: null, finish_reason: reason });
      assert.ok(choices.every(({ finish_reason, delta }) => finish_reason === null && delta.content !== undefined));
    }
  });

  test('has a usage chunk without choices at its end only when asked, and then null in every other chunk', async () => {
    const without = chunksOf(await stream());
    assert.ok(without.every((chunk) => !('usage' in chunk) && chunk.choices.length === 1));
    assert.ok(chunksOf(await stream({ stream_options: { include_usage: false } })).every((c) => !('usage' in c)));
    const chunks = chunksOf(await stream(USAGE));
    const last = chunks.pop();
    assert.deepEqual(last?.choices, []);
    assert.equal(last.usage?.completion_tokens, 20);
    assert.ok(chunks.every(({ usage }) => usage === null));
  });

  test('interleaves the choices: one step gives each unfinished choice one token', async () => {
    const chunks = chunksOf(await stream({ n: 4, max_tokens: 6 }));
    const said = chunks.filter(({ choices }) => choices[0].delta.content?.length);
    const order = said.map(({ choices }) => choices[0].index);
    assert.deepEqual(
      order,
      Array.from({ length: 24 }, (_, i) => i % 4),
    );
  });

  test('names the role and the end even of a choice that a stop sequence cuts to nothing', async () => {
    const body = chatRequest({ stop: ['T', 'A', 'I', 'W'] });
    const key = await keyOf(
      async (candidate) => (await complete(simulator(), body, candidate)).usage.completion_tokens === 0,
    );
    const chunks = chunksOf(await replyText(simulator(), { ...body, stream: true, ...USAGE }, key));
    assert.deepEqual(
      chunks.slice(0, -1).map(({ choices }) => choices[0].delta.role ?? choices[0].finish_reason),
      ['assistant', 'stop'],
    );
    assert.equal(contentOf(chunks), '');
    assert.equal(chunks.at(-1)?.usage?.completion_tokens, 0);
  });
});

describe('what a chat stream adds up to', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  for (const [model, encode] of [
    ['gpt-4o', encodeO200k],
    ['gpt-4-turbo', encodeCl100k],
  ] as const) {
    test(`the content and usage of the whole reply, counted as ${model} counts`, async () => {
      const system = 'Answer in one paragraph — briefly, "please" 🙂';
      const content = 'Pourquoi le ciel est-il bleu ?\n\n日本語でも。';
      const messages = [
        { role: 'system', content: system },
        { role: 'user', name: 'Zoë', content },
      ];
      const body = chatRequest({ model, messages, n: 2 });
      const whole = await complete(simulator(), body, KEY);
      const chunks = chunksOf(await replyText(simulator(), { ...body, stream: true, ...USAGE }, KEY));
      const tokens = (text: string) => encode(text).length;
      for (const index of [0, 1]) assert.equal(contentOf(chunks, index), whole.choices[index].message.content);
      const promptTokens =
        3 + (3 + tokens('system') + tokens(system)) + (3 + tokens('user') + tokens(content) + 1 + tokens('Zoë'));
      const completionTokens = tokens(contentOf(chunks, 0)) + tokens(contentOf(chunks, 1));
      const { usage } = whole;
      assert.deepEqual(chunks.at(-1)?.usage, usage);
      assert.equal(usage.prompt_tokens, promptTokens);
      assert.equal(usage.completion_tokens, completionTokens);
      assert.equal(usage.total_tokens, promptTokens + completionTokens);
    });
  }

  test('a reply ends before a stop sequence, wherever it falls between tokens, and is counted as what is left', async () => {
    for (const stop of ['e', 'th', 's a', '. ', '\n']) {
      const { choices, usage } = await complete(simulator(), chatRequest({ stop, max_tokens: 1_000 }), KEY);
      assert.equal(choices[0].finish_reason, 'stop');
      assert.ok(!choices[0].message.content.includes(stop));
      assert.equal(usage.completion_tokens, encodeO200k(choices[0].message.content).length);
    }
  });
});

describe('the beginning of a chat stream', () => {
  const simulator = sharedSimulator({
    config: { providers: { 'gpt-4o': { latency: { ttft: { distribution: 'constant', value_ms: 600_000 } } } } },
  });

  test('is its headers, at once, however far away the first token is', async () => {
    const client = await RawClient.connect(simulator().port);
    client.send(request('POST', PATH, [], JSON.stringify(chatRequest({ stream: true }))));
    await client.waitForText('\r\n\r\n');
    assert.match(client.text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.match(client.text, /\r\nopenai-processing-ms: 600000\r\n/);
    assert.ok(!client.text.includes('data:'));
    client.destroy();
  });
});

/** The first of many request keys for which the condition holds. */
async function keyOf(holds: (headers: Record<string, string>) => Promise<boolean>): Promise<Record<string, string>> {
  for (let key = 0; key < 1_000; key++) {
    const headers = { 'x-llm-sim-request-id': String(key) };
    if (await holds(headers)) return headers;
  }
  throw new Error('no key of a thousand will do');
}

/** The data of a body's HTTP chunks. */
function chunkedPieces(body: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, lineEnd), 16);
    if (size === 0) return pieces;
    pieces.push(body.slice(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
