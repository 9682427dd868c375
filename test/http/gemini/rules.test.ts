/** Rules and faults as Gemini's clients see them: blocked candidates and prompts, given calls, errors, and when a call is due. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { asking, chunksOf, generate, messageOf, post, streamText, TOKEN_BY_TOKEN } from './gemini-client.js';

const say = (text: string, fields: Json = {}): Json => ({ contents: [{ parts: [{ text }] }], ...fields });

describe('rules for Gemini', () => {
  const simulator = sharedSimulator({
    config: {
      simulation: { time_scale: 0 },
      providers: TOKEN_BY_TOKEN,
      replies: {
        rules: [
          { match: { last_message: '^filter' }, reply: { text: 'Half a sen', finish_reason: 'content_filter' } },
          { match: { last_message: '^block' }, reply: { text: '', finish_reason: 'content_filter' } },
          { match: { last_message: '^call' }, reply: { tool_calls: [{ name: 'f', arguments: { a: '<b>' } }] } },
          { match: { last_message: '^limit' }, reply: { fault: { kind: 'rate_limit', retry_after_secs: 7 } } },
          { match: { last_message: '^auth' }, reply: { fault: { kind: 'authentication' } } },
          { match: { last_message: '^deny' }, reply: { fault: { kind: 'permission' } } },
          { match: { last_message: '^break' }, reply: { fault: { kind: 'server_error' } } },
          { match: { last_message: '^busy' }, reply: { fault: { kind: 'overloaded' } } },
          { match: { last_message: '^wait' }, reply: { fault: { kind: 'timeout' } } },
        ],
      },
    },
  });

  test('stop a candidate for safety, with the rating that stopped it', async () => {
    const settings = { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_LOW_AND_ABOVE' }] };
    const reply = await generate(simulator(), say('filter', settings));
    assertValid('gemini', 'GenerateContentResponse', reply);
    const [{ finishReason, content, safetyRatings }] = reply.candidates!;
    assert.equal(finishReason, 'SAFETY');
    assert.deepEqual(content, {});
    assert.deepEqual(
      safetyRatings?.filter(({ blocked }) => blocked).map(({ category }) => category),
      ['HARM_CATEGORY_HARASSMENT'],
    );
    const chunks = chunksOf(await streamText(simulator(), say('filter'), 'events'));
    assert.ok(chunks.length > 1);
    assert.equal(chunks.at(-1)?.candidates?.[0].finishReason, 'SAFETY');
  });

  test('block a prompt, which leaves no candidates', async () => {
    const replies = [
      await generate(simulator(), say('block')),
      ...chunksOf(await streamText(simulator(), say('block'), 'events')),
      ...chunksOf(await streamText(simulator(), say('block'), 'array')),
    ];
    assert.equal(replies.length, 3);
    for (const reply of replies) {
      assertValid('gemini', 'GenerateContentResponse', reply);
      assert.equal(reply.candidates, undefined);
      assert.equal(reply.promptFeedback?.blockReason, 'SAFETY');
      assert.equal(reply.usageMetadata.totalTokenCount, reply.usageMetadata.promptTokenCount);
    }
  });

  test('make a call with the arguments given', async () => {
    const { candidates } = await generate(
      simulator(),
      say('call', { tools: [{ functionDeclarations: [{ name: 'f' }] }] }),
    );
    assert.deepEqual(candidates![0].content.parts?.[0].functionCall, { name: 'f', args: { a: '<b>' } });
    assert.equal(candidates![0].finishMessage, 'Model generated function call(s).');
  });

  const faults: readonly (readonly [word: string, code: number, status: string, message: RegExp])[] = [
    ['limit', 429, 'RESOURCE_EXHAUSTED', /^You exceeded your current quota.*Please retry in 7s\.$/s],
    ['auth', 400, 'INVALID_ARGUMENT', /^API key not valid\. Please pass a valid API key\.$/],
    ['deny', 403, 'PERMISSION_DENIED', /^The caller does not have permission$/],
    ['break', 500, 'INTERNAL', /^An internal error has occurred\./],
    ['busy', 503, 'UNAVAILABLE', /^The model is overloaded\. Please try again later\.$/],
    ['wait', 504, 'DEADLINE_EXCEEDED', /^Deadline expired before operation could complete\.$/],
  ];
  for (const [word, code, status, message] of faults) {
    test(`fail with ${status} for ${word}`, async () => {
      const response = await post(simulator(), 'models/gemini-2.5-flash:generateContent', say(word));
      const document = (await response.clone().json()) as {
        error: { status: string; details?: { '@type': string }[] };
      };
      assertValid('gemini', 'ErrorResponse', document);
      assert.match(await messageOf(response, code), message);
      assert.equal(document.error.status, status);
    });
  }

  test('say how long to wait where the API does', async () => {
    const response = await post(simulator(), 'models/gemini-2.5-flash:generateContent', say('limit'));
    assert.equal(response.headers.get('retry-after'), '7');
    const { error } = (await response.json()) as { error: { details: Json[] } };
    assert.deepEqual(error.details.at(-1), { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' });
  });
});

describe('what a client sees of time', () => {
  const TTFT_MS = 40;
  const ITL_MS = 8;
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const simulator = sharedSimulator({
    config: {
      providers: {
        ...TOKEN_BY_TOKEN,
        'gemini-2.5-flash': { latency: { ttft: constant(TTFT_MS), itl: constant(ITL_MS) } },
      },
    },
  });
  const limited = { generationConfig: { maxOutputTokens: 12, thinkingConfig: { thinkingBudget: 8 } } };

  for (const layout of ['events', 'array'] as const) {
    test(`the first chunk of ${layout} comes behind the hidden thoughts, each further one after one ITL more`, async () => {
      const path = `models/gemini-2.5-flash:streamGenerateContent${layout === 'events' ? '?alt=sse' : ''}`;
      const startMs = performance.now();
      const response = await post(simulator(), path, asking(limited));
      let text = '';
      const times: number[] = [];
      for await (const bytes of response.body!.pipeThrough(new TextDecoderStream())) {
        text += bytes;
        for (let seen = times.length; seen < text.split('"responseId"').length - 1; seen++)
          times.push(performance.now() - startMs);
      }
      const chunks = chunksOf(text.trimStart());
      assert.equal(times.length, chunks.length);
      const thoughts = chunks[0].usageMetadata.thoughtsTokenCount ?? 0;
      assert.ok(thoughts > 0);
      times.forEach((atMs, index) => {
        const plannedMs = TTFT_MS + (thoughts + index) * ITL_MS;
        assert.ok(atMs >= plannedMs, `chunk ${index} is due at ${plannedMs} ms and came at ${atMs} ms`);
      });
    });
  }

  test('a call comes when its last token is due', async () => {
    const parameters = { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] };
    const body = asking({
      tools: [{ functionDeclarations: [{ name: 'f', parameters }] }],
      generationConfig: { thinkingConfig: { thinkingBudget: 0 } },
    });
    const startMs = performance.now();
    const response = await post(simulator(), 'models/gemini-2.5-flash:streamGenerateContent?alt=sse', body);
    const [chunk, ...rest] = chunksOf((await response.text()).trimStart());
    assert.equal(rest.length, 0);
    const tokens = chunk.usageMetadata.candidatesTokenCount ?? 0;
    assert.ok(tokens > 2);
    assert.ok(performance.now() - startMs >= TTFT_MS + (tokens - 1) * ITL_MS);
  });
});
