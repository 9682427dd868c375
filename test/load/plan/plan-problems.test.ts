/** What is wrong with a plan is told all at once, at its place, in words that help. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ConfigurationFailure } from '../../../src/config/problems.js';
import { arrivalLayer } from '../../../src/load/plan/pattern-flags.js';
import { parsePattern } from '../../../src/load/plan/pattern-text.js';
import { fileOf, planOf, planOfText, problemsOf, url } from './plan-request.js';

const about = (text: string) => problemsOf(() => planOfText(text));

describe('problems of a plan', () => {
  for (const [story, text, expected] of [
    [
      'a key that is written wrongly',
      'mix: { a: { promt_tokens: 3 } }',
      ['1:13 mix.a.promt_tokens: is not a known key. did you mean "prompt_tokens"?'],
    ],
    [
      'a header whose value HTTP cannot carry',
      'target: { url: "http://127.0.0.1:1", headers: { x-a: üñ€ } }',
      [/target\.headers\.x-a: must have only tabs and printable characters of ASCII and Latin-1, not "€" \(U\+20AC\)/],
    ],
    [
      "headers that are the connection's own",
      'target: { url: "http://127.0.0.1:1", headers: { Content-Length: "3", transfer-encoding: chunked, expect: 100-continue } }',
      [
        /target\.headers\.Content-Length: must not be one of connection, content-length, /,
        /target\.headers\.transfer-encoding: must not be one of/,
        /target\.headers\.expect: must not be one of/,
      ],
    ],
    ['a key in the wrong place', 'users: 3', ['1:1 users: is not a known key. did you mean "closed_loop.users"?']],
    [
      'an unknown dialect',
      'mix: { a: { dialect: openai.chta } }',
      [/^1:22 mix\.a\.dialect: must be one of "openai\.chat".* did you mean "openai\.chat"\?$/],
    ],
    [
      'an unknown pattern',
      'arrivals: [{ pattern: poison, rate: 1 }]',
      [/^1:23 arrivals\[0\]\.pattern: must be one of .* did you mean "poisson"\?$/],
    ],
    [
      'a pattern without its rate',
      'arrivals: [{ pattern: poisson, duration_secs: 1 }]',
      ['1:12 arrivals[0].rate: is required'],
    ],
    [
      'a peak beyond its stage',
      'arrivals: [{ pattern: spike, rate: 1, peak_rate: 9, at_secs: 5, peak_secs: 9, duration_secs: 10 }]',
      [/^1:76 arrivals\[0\]\.peak_secs: must end within the stage/],
    ],
    [
      'both kinds of loop',
      'closed_loop: { users: 1 }\narrivals: [{ pattern: constant, rate: 1, duration_secs: 1 }]',
      [/^1:1 closed_loop: must not stand beside arrivals/],
    ],
    [
      'percentiles in the wrong order',
      'mix: { a: { prompt_tokens: { p50: 9, p95: 3 } } }',
      ['1:43 mix.a.prompt_tokens.p95: must be >= p50 (9)'],
    ],
    [
      'a distribution that is none',
      'closed_loop: { think_time: { distribution: log_normal, p50_ms: 9, p95_ms: 3 } }',
      [/^1:75 closed_loop\.think_time\.p95_ms: must be >= p50_ms/],
    ],
    [
      'a stream of embeddings',
      'mix: { a: { dialect: openai.embeddings, stream: true } }',
      ['1:49 mix.a.stream: must be false for openai.embeddings, which has no streams'],
    ],
    [
      'a cancellation that does not say when',
      'mix: { a: { cancel: { share: 1 } } }',
      ['1:13 mix.a.cancel: must say when: after or after_chunks'],
    ],
    [
      'a cancellation that says it twice',
      'mix: { a: { cancel: { share: 1, after: 1, after_chunks: 1 } } }',
      ['1:13 mix.a.cancel: must have one of after and after_chunks'],
    ],
    [
      'a warm-up that is the whole run',
      'duration_secs: 5\nwarm_up_secs: 5',
      ['2:15 warm_up_secs: must be less than duration_secs (5): nothing would count'],
    ],
    [
      'an assertion about no measure',
      'mix: { a: {} }\nassertions: [error_rate==0, a.ttft_p98<1s]',
      [/^2:29 assertions\[1\]: "a\.ttft_p98" is no measure of this run\. did you mean "a\.ttft_p9\d"\?$/],
    ],
    [
      'a trace that is not there',
      'arrivals: [{ pattern: trace, file: none.csv }]',
      [/^1:36 arrivals\[0\]\.file: does not exist$/],
    ],
    [
      'lengths of a trace that is not the first stage',
      'arrivals: [{ pattern: constant, rate: 1, duration_secs: 1 }, { pattern: trace, file: a.csv, use_lengths: true }]',
      [/^1:106 arrivals\[1\]\.use_lengths: must not be true behind another stage/],
    ],
    [
      'a target that is no URL',
      'target: { url: "127.0.0.1:8080" }',
      [/^1:16 target\.url: must be an http:\/\/ or https:\/\/ URL/],
    ],
    [
      'a target whose URL has a port that is none',
      'target: { url: "http://127.0.0.1:99999" }',
      ['1:16 target.url: must be an http:// or https:// URL: its host or port cannot be one'],
    ],
    [
      'a URL with the version that belongs to a path',
      'target: { url: "http://h:1/llm/v1/" }',
      ['1:16 target.url: must not end with /v1, with which the path of the API begins. did you mean "http://h:1/llm"?'],
    ],
    ['text that is no YAML', 'mix: [', [/^1:7 : is not valid YAML/]],
    ['something else than a mapping', '- 1', [/: must be a mapping/]],
  ] as const) {
    test(story, () => {
      const found = story.includes('URL') ? problemsOf(() => planOfText(text, { settings: [] })) : about(text);
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const [index, one] of expected.entries()) {
        if (typeof one === 'string') assert.equal(found[index], one);
        else assert.match(found[index]!, one);
      }
    });
  }

  test('all at once', () => {
    const found = about('seed: -1\nthreads: x\nmix: { a: { weight: 0 }, b: { stream: 1 } }\nassertions: [nothing]');
    assert.deepEqual(
      found.map((one) => one.split(':').slice(0, 2).join(':').replace(/^\S+ /, '')).length,
      5,
      found.join('\n'),
    );
  });

  test('those of flags name the flag', () => {
    const arrivals = arrivalLayer({
      patterns: [parsePattern('ramp:5;from_rate=1;to=2')],
      rate: undefined,
      durationSecs: undefined,
      endsByRequests: false,
    });
    const found = problemsOf(() =>
      planOf({
        arrivals,
        settings: [{ ...url, value: 'nowhere' }],
        mixSettings: [{ path: ['dialect'], value: 'openai', origin: '--dialect' }],
        assertions: ['ttft<1s'],
      }),
    );
    assert.deepEqual(
      found.map((one) => one.split(' ', 2).join(' ')).sort(),
      [
        '--assert assertions[0]:',
        '--dialect mix.main.dialect:',
        '--pattern arrivals[0].to:',
        '--pattern arrivals[0].to_rate:',
        '--url target.url:',
      ],
      found.join('\n'),
    );
  });

  test('a target that is nowhere said', () => {
    assert.deepEqual(
      problemsOf(() => planOfText('seed: 1', { settings: [] })),
      ['--url target.url: is required'],
    );
  });

  test('a file that is not there', () => {
    assert.throws(() => planOf({ file: '/nowhere/plan.yaml' }), /\/nowhere\/plan\.yaml {2}does not exist/);
  });

  test('of whatever a file holds, there is a plan or a list of problems', () => {
    const keys = fc.constantFrom(
      'target',
      'seed',
      'arrivals',
      'closed_loop',
      'mix',
      'a',
      'cancel',
      'conversation',
      'prompt_tokens',
      'pattern',
      'assertions',
      'identities',
      'objectives',
      'headers',
      'fields',
      '__proto__',
      'constructor',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom('poisson', 'trace', 'openai.chat'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (document) => {
        try {
          planOf({ file: fileOf(JSON.stringify(document), 'any.yaml') });
        } catch (error) {
          assert.ok(error instanceof ConfigurationFailure, String(error));
          assert.ok(error.problems.length > 0);
        }
      }),
      { numRuns: 300 },
    );
  });
});
