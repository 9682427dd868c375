/** From layers to a plan: what each says, what covers what, and what is left out. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { arrivalLayer } from '../../../src/load/plan/pattern-flags.js';
import { parsePattern } from '../../../src/load/plan/pattern-text.js';
import { presets } from '../../../src/load/plan/presets.js';
import { fileOf, planOf, planOfText, url } from './plan-request.js';

const setting = (path: string[], value: unknown) => ({ path, value, origin: `--${path.at(-1)}` });

describe('a plan', () => {
  test('needs nothing but a target: one user, one request after the other, for 30 seconds', () => {
    const { plan } = planOf();
    assert.deepEqual(plan.closedLoop, { users: 1, thinkTime: 0, rampUpSecs: 0 });
    assert.equal(plan.arrivals, undefined);
    assert.equal(plan.durationSecs, 30);
    assert.equal(plan.target.url, 'http://127.0.0.1:1');
    assert.equal(plan.seed, 1);
    assert.equal(plan.sendsRequestIds, true);
    assert.deepEqual(
      plan.mix.map(({ name, dialect, model, stream, promptTokens }) => ({
        name,
        dialect,
        model,
        stream,
        promptTokens,
      })),
      [{ name: 'main', dialect: 'openai.chat', model: 'gpt-4o-mini', stream: true, promptTokens: 100 }],
    );
  });

  test('has every key of its file', () => {
    const { plan } = planOfText(
      `
target: { url: "https://gateway.example/llm/", api_key: sk-mine, headers: { x-team: search } }
seed: 9
closed_loop: { users: 7, think_time: { distribution: constant, value_ms: 50 }, ramp_up_secs: 3 }
duration_secs: 120
max_requests: 500
mix:
  ask:
    weight: 3
    dialect: anthropic.messages
    model: claude-sonnet-4-5
    stream: false
    prompt_tokens: { p50: 50, p95: 90 }
    output_tokens: 40
    conversation: { turns: 2, shared_prefix_tokens: 10, think_time: 5 }
    fields: { temperature: 0 }
    cancel: { share: 0.5, after_chunks: 3 }
    slow_reader: { share: 0.25, bytes_per_sec: 100 }
  index: { dialect: openai.embeddings, cancel: { share: 1, after: 20 } }
identities: { count: 4, skew: 1, prefix: k- }
objectives: { ttft_ms: 100, tpot_ms: 20, e2e_ms: 900 }
warm_up_secs: 10
threads: 3
max_in_flight: 50
request_timeout_secs: 5
grace_period_secs: 6
request_ids: false
`,
      { settings: [] },
    );
    assert.deepEqual(plan, {
      target: { url: 'https://gateway.example/llm', apiKey: 'sk-mine', headers: { 'x-team': 'search' } },
      seed: 9,
      closedLoop: { users: 7, thinkTime: { distribution: 'constant', value_ms: 50 }, rampUpSecs: 3 },
      durationSecs: 120,
      requestsMax: 500,
      mix: [
        {
          name: 'ask',
          weight: 3,
          dialect: 'anthropic.messages',
          model: 'claude-sonnet-4-5',
          stream: false,
          promptTokens: { p50: 50, p95: 90 },
          outputTokens: 40,
          conversation: { turns: 2, sharedPrefixTokens: 10, thinkTime: 5 },
          fields: { temperature: 0 },
          cancel: { share: 0.5, afterChunks: 3 },
          slowReader: { share: 0.25, bytesPerSec: 100 },
        },
        {
          name: 'index',
          weight: 1,
          dialect: 'openai.embeddings',
          model: 'text-embedding-3-small',
          stream: false,
          promptTokens: 100,
          conversation: { turns: 1, sharedPrefixTokens: 0, thinkTime: 0 },
          fields: {},
          cancel: { share: 1, after: 20 },
        },
      ],
      identities: { count: 4, skew: 1, prefix: 'k-' },
      objectives: { ttftMs: 100, tpotMs: 20, e2eMs: 900 },
      warmUpSecs: 10,
      threads: 3,
      inFlightMax: 50,
      requestTimeoutSecs: 5,
      gracePeriodSecs: 6,
      sendsRequestIds: false,
    });
  });

  test('ends with its requests where they are all that bounds it', () => {
    const { plan } = planOfText('max_requests: 20');
    assert.equal(plan.durationSecs, undefined);
    assert.equal(plan.requestsMax, 20);
  });

  test('lasts as long as its stages, of which none says when the requests are to end it', () => {
    const stages =
      'arrivals: [{ pattern: constant, rate: 1, duration_secs: 4 }, { pattern: poisson, rate: 1, duration_secs: 5 }]';
    assert.equal(planOfText(stages).plan.durationSecs, 9);
    assert.equal(planOfText(`${stages}\nduration_secs: 6`).plan.durationSecs, 6);
    assert.equal(planOfText(`${stages}\nmax_requests: 6`).plan.durationSecs, undefined);
  });

  for (const [cores, threads] of [
    [1, 1],
    [2, 1],
    [4, 3],
    [64, 4],
  ] as const) {
    test(`has ${threads} threads on ${cores} cores`, () => assert.equal(planOf({ cores }).plan.threads, threads));
  }

  for (const [model, dialect] of [
    ['gpt-4o', 'openai.chat'],
    ['my-finetune', 'openai.chat'],
    ['gpt-3.5-turbo-instruct', 'openai.completions'],
    ['text-embedding-3-large', 'openai.embeddings'],
    ['claude-opus-4-1', 'anthropic.messages'],
    ['gemini-2.5-pro', 'gemini.generate'],
  ] as const) {
    test(`speaks ${dialect} to ${model}`, () => {
      const { plan } = planOf({ mixSettings: [setting(['model'], model)] });
      assert.deepEqual([plan.mix[0]!.model, plan.mix[0]!.dialect], [model, dialect]);
    });
  }
});

describe('layers', () => {
  const file = `
seed: 3
arrivals: [{ pattern: constant, rate: 5, duration_secs: 10 }]
mix: { one: { model: gpt-4o }, two: { model: gpt-4.1, prompt_tokens: 7 } }
assertions: [error_rate==0]
`;

  test('flags about requests change every entry of the mix, and keep the rest of each', () => {
    const { plan } = planOfText(file, { mixSettings: [setting(['prompt_tokens'], 33), setting(['stream'], false)] });
    assert.deepEqual(
      plan.mix.map(({ name, model, promptTokens, stream }) => [name, model, promptTokens, stream]),
      [
        ['one', 'gpt-4o', 33, false],
        ['two', 'gpt-4.1', 33, false],
      ],
    );
  });

  test('users in place of arrivals, and arrivals in place of users', () => {
    const users = planOfText(file, { settings: [url, setting(['closed_loop', 'users'], 4)] }).plan;
    assert.deepEqual([users.arrivals, users.closedLoop?.users], [undefined, 4]);
    const arrivals = arrivalLayer({ patterns: [], rate: 8, durationSecs: 2, endsByRequests: false });
    const rate = planOfText('closed_loop: { users: 3 }', { arrivals }).plan;
    assert.deepEqual(
      [rate.closedLoop, rate.arrivals],
      [undefined, [{ pattern: 'poisson', rate: 8, duration_secs: 2 }]],
    );
  });

  test('users of a flag keep the thinking of the file', () => {
    const { plan } = planOfText('closed_loop: { users: 3, think_time: 40 }', {
      settings: [url, setting(['closed_loop', 'users'], 4)],
    });
    assert.deepEqual(plan.closedLoop, { users: 4, thinkTime: 40, rampUpSecs: 0 });
  });

  test("a file's mix replaces that of a preset, and other keys of the preset stay", () => {
    const { plan } = planOfText('mix: { mine: { prompt_tokens: 3 } }', { preset: 'smoke' });
    assert.deepEqual(
      plan.mix.map(({ name }) => name),
      ['mine'],
    );
    assert.equal(plan.requestsMax, 20);
  });

  test('assertions of flags come behind those of the file', () => {
    const { document } = planOfText(file, { assertions: ['one.ttft_p99<1s'] });
    assert.deepEqual(document.assertions, ['error_rate==0', 'one.ttft_p99<1s']);
  });

  test('what is printed of a plan is the same plan as a file', () => {
    const before = planOfText(file, { settings: [url, setting(['duration_secs'], 4)] });
    const after = planOf({ file: fileOf(JSON.stringify(before.document)), settings: [] });
    assert.deepEqual(after.plan, before.plan);
  });

  for (const { name } of presets) {
    test(`the preset ${name} is a plan`, () => assert.ok(planOf({ preset: name }).plan.mix.length > 0));
  }
});

describe('a trace of arrivals', () => {
  const trace = fileOf('timestamp_secs,input_tokens,output_tokens\n10,5,6\n12,7,8\n11,9,4\n', 'calls.csv');

  test('is read from the folder of the plan, in the order of its times', () => {
    const { plan } = planOfText('arrivals: [{ pattern: trace, file: calls.csv }]');
    assert.deepEqual(plan.arrivals, [{ pattern: 'trace', file: trace, arrivals_ms: [0, 1000, 2000] }]);
    assert.equal(plan.recordedLengths, undefined);
  });

  test('gives conversations their lengths where it is to', () => {
    const { plan } = planOfText('arrivals: [{ pattern: trace, file: calls.csv, use_lengths: true }]');
    assert.deepEqual(plan.recordedLengths, { inputTokens: [5, 9, 7], outputTokens: [6, 4, 8] });
  });

  test('needs arrival times and no other column', () => {
    fileOf('timestamp_secs\n3\n4\n', 'times.csv');
    const { plan } = planOfText('arrivals: [{ pattern: trace, file: times.csv, speed: 2 }]');
    assert.deepEqual(
      plan.arrivals?.map((stage) => stage.arrivals_ms),
      [[0, 1000]],
    );
  });
});

describe('--pattern', () => {
  for (const [text, stage] of [
    ['constant', { pattern: 'constant' }],
    ['ramp:60;from_rate=1;to_rate=5e1', { pattern: 'ramp', duration_secs: 60, from_rate: 1, to_rate: 50 }],
    ['constant; spacing = even ;rate=.5', { pattern: 'constant', spacing: 'even', rate: 0.5 }],
    ['trace;file=a/b=c.csv', { pattern: 'trace', file: 'a/b=c.csv' }],
    ['trace;file=t.csv;use_lengths=true', { pattern: 'trace', file: 't.csv', use_lengths: true }],
    ['trace;use_lengths=false', { pattern: 'trace', use_lengths: false }],
  ] as const) {
    test(`${text} is a stage`, () => assert.deepEqual(parsePattern(text), stage));
  }

  for (const text of [
    '',
    ':5',
    'ramp:',
    'ramp:x',
    'ramp;',
    'ramp;from_rate',
    'ramp;=1',
    'ramp;rate=',
    '__proto__',
    'ramp;__proto__=1',
  ]) {
    test(`"${text}" is none`, () => assert.throws(() => parsePattern(text), RangeError));
  }

  const stagesOf = (texts: string[], flags: { rate?: number; durationSecs?: number; endsByRequests?: boolean }) => {
    const layer = arrivalLayer({
      patterns: texts.map(parsePattern),
      rate: flags.rate,
      durationSecs: flags.durationSecs,
      endsByRequests: flags.endsByRequests ?? false,
    });
    return (layer?.value as { arrivals: unknown } | undefined)?.arrivals;
  };

  test('--rate and --duration give what a pattern leaves out', () => {
    assert.deepEqual(stagesOf(['constant', 'constant:3;rate=1'], { rate: 5, durationSecs: 9 }), [
      { pattern: 'constant', rate: 5, duration_secs: 9 },
      { pattern: 'constant', rate: 1, duration_secs: 3 },
    ]);
  });

  test('without a duration a rate holds for 30 s, or for as long as there are requests', () => {
    assert.deepEqual(stagesOf([], { rate: 5 }), [{ pattern: 'poisson', rate: 5, duration_secs: 30 }]);
    assert.deepEqual(stagesOf([], { rate: 5, endsByRequests: true }), [
      { pattern: 'poisson', rate: 5, duration_secs: 86400 },
    ]);
  });

  test('says nothing where no flag does', () => assert.equal(stagesOf([], { durationSecs: 4 }), undefined));

  test('a rate that no pattern takes is refused', () => {
    assert.throws(
      () => stagesOf(['ramp;from_rate=1;to_rate=2'], { rate: 5 }),
      /--rate is for a pattern that lacks its rate/,
    );
  });
});
