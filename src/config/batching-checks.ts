/** What the schema cannot say of latency.batching: keys that must agree with each other or with the preset's values. */
import { batchingParameters } from './batching-parameters.js';
import type { Finding, Path } from './problems.js';
import type { ModelConfiguration } from './schema/configuration.js';
import type { Sound } from './soundness.js';

/**
 * As in vLLM, one step has to have room for a token of each sequence.
 * @param path of the section
 * @param model whose section passed the schema where it is sound
 */
export function batchingFindings(path: Path, model: ModelConfiguration, sound: Sound): Finding[] {
  const tokensPath = [...path, 'max_batched_tokens'];
  const sizePath = [...path, 'max_batch_size'];
  if (![tokensPath, sizePath, [...path, 'preset']].every(sound)) return [];
  const configured = model.latency.batching;
  const { maxBatchSize, maxBatchedTokens } = batchingParameters(configured);
  if (maxBatchedTokens >= maxBatchSize) return [];
  return configured.max_batched_tokens === null
    ? [
        {
          path: sizePath,
          part: 'value',
          value: maxBatchSize,
          message: `must be <= max_batched_tokens (${maxBatchedTokens})`,
        },
      ]
    : [
        {
          path: tokensPath,
          part: 'value',
          value: maxBatchedTokens,
          message: `must be >= max_batch_size (${maxBatchSize})`,
          related: sizePath,
        },
      ];
}
