import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TokenCounting } from '../../src/limits/contract.js';
import { correctsEstimate, demandOf, estimateTokens, settlementOf } from '../../src/limits/demand.js';
import { providers } from '../../src/providers/registry.js';

const PROMPT = { promptTokens: 100, cachedTokens: 40 };
const generated = (maxTokens: number, maxTokensGiven: boolean, choices = 1) => ({ choices, maxTokens, maxTokensGiven });
const DOCUMENTED = { output_estimate: 'provider' } as const;

function countingOf(name: string): TokenCounting {
  return providers.find((provider) => provider.name === name)?.tokenCounting ?? assert.fail(name);
}

describe('the estimate of a request', () => {
  for (const [provider, request, tokens, outputTokens] of [
    ['openai', { ...PROMPT, generated: generated(500, true) }, 500, 500],
    ['openai', { ...PROMPT, generated: generated(50, true) }, 100, 50],
    ['openai', { ...PROMPT, generated: generated(16_384, false) }, 100, 16],
    ['openai', { promptTokens: 9, cachedTokens: 0, generated: generated(16_384, false) }, 16, 16],
    ['openai', { ...PROMPT, generated: generated(500, true, 3) }, 1_500, 1_500],
    ['openai', PROMPT, 100, 0],
    ['azure', { ...PROMPT, generated: generated(500, true) }, 600, 500],
    ['azure', { ...PROMPT, generated: generated(500, true, 3) }, 1_600, 1_500],
    ['azure', { ...PROMPT, generated: generated(16_384, false) }, 116, 16],
    ['anthropic', { ...PROMPT, generated: generated(500, true) }, 61, 1],
    ['gemini', { ...PROMPT, generated: generated(500, true) }, 100, 1],
    ['gemini', PROMPT, 100, 0],
  ] as const) {
    it(`of ${provider} for ${JSON.stringify(request)} is ${tokens} tokens, ${outputTokens} of output`, () => {
      assert.deepEqual(estimateTokens(request, countingOf(provider), DOCUMENTED), { tokens, outputTokens });
    });
  }

  it('reserves what the configuration says, whatever the provider documents', () => {
    const request = { ...PROMPT, generated: generated(500, false) };
    for (const provider of ['openai', 'azure', 'anthropic', 'gemini']) {
      const reserved = estimateTokens(request, countingOf(provider), { output_estimate: 'max_tokens' });
      assert.equal(reserved.outputTokens, 500);
      const none = estimateTokens(request, countingOf(provider), { output_estimate: 'none' });
      assert.equal(none.outputTokens, 1);
    }
  });
});

describe('the settlement of a request', () => {
  it('gives back what was estimated too high and takes what was too low', () => {
    const demanded = { tokens: 500, inputTokens: 100, outputTokens: 1 };
    const used = { tokens: 130, inputTokens: 100, outputTokens: 30 };
    assert.deepEqual(settlementOf(demanded, used), {
      tokens_per_minute: -370,
      input_tokens_per_minute: 0,
      output_tokens_per_minute: 29,
      concurrent_requests: -1,
    });
  });

  it('is as documented unless the configuration says otherwise', () => {
    const corrected = (correction: 'provider' | 'always' | 'never') =>
      ['openai', 'azure', 'anthropic', 'gemini'].map((name) => correctsEstimate(countingOf(name), { correction }));
    assert.deepEqual(corrected('provider'), [true, false, true, true]);
    assert.deepEqual(corrected('always'), [true, true, true, true]);
    assert.deepEqual(corrected('never'), [false, false, false, false]);
  });

  it('counts a request that is answered without tokens as one request', () => {
    assert.deepEqual(demandOf(), {
      requests_per_minute: 1,
      requests_per_day: 1,
      tokens_per_minute: 0,
      input_tokens_per_minute: 0,
      output_tokens_per_minute: 0,
      concurrent_requests: 1,
    });
  });
});
