/** The lengths of requests that the plots and the comparison are made with, and the parameters of a preset. */
import { type BatchingParameters, batchingParameters } from '../../src/config/batching-parameters.js';
import type { batchingPresets } from '../../src/config/batching-presets.js';
import { loadConfiguration } from '../../src/config/loader.js';
import type { RandomSource } from '../../src/kernel/random-source.js';
import type { Lengths } from './closed-loop.js';

/**
 * Minimum, quartiles and maximum of the prompts of AccelMark's sharegpt_standard_v1, the data set of the measurements that we compare with.
 * Its replies are limited to 512 tokens and have 346 on average over the published runs; how they spread is not published: uniform here.
 */
const PROMPT_QUARTILES = [64, 106, 199, 356, 592] as const;
const OUTPUT_TOKENS_MIN = 180;
const OUTPUT_TOKENS_MAX = 512;

export function chatLengths(random: RandomSource): Lengths {
  const place = random.nextUnit() * (PROMPT_QUARTILES.length - 1);
  const quarter = Math.floor(place);
  const [low, high] = [PROMPT_QUARTILES[quarter]!, PROMPT_QUARTILES[quarter + 1]!];
  const outputs = OUTPUT_TOKENS_MAX - OUTPUT_TOKENS_MIN + 1;
  return {
    promptTokens: Math.round(low + (high - low) * (place - quarter)),
    outputTokens: OUTPUT_TOKENS_MIN + Math.floor(random.nextUnit() * outputs),
  };
}

/** Long documents, short answers: what makes the difference between whole prompts and pieces plain. */
export function documentLengths(random: RandomSource): Lengths {
  return {
    promptTokens: 2_000 + Math.floor(random.nextUnit() * 4_000),
    outputTokens: 100 + Math.floor(random.nextUnit() * 200),
  };
}

/** What the configuration gives for the preset's name and nothing else. */
export function parametersOf(preset: keyof typeof batchingPresets): BatchingParameters {
  const object = { providers: { 'any-model': { latency: { batching: { enabled: true, preset } } } } };
  return batchingParameters(loadConfiguration({ object, environment: {} }).providers['any-model']!.latency.batching);
}
