/** What the schema cannot say of latency.batching: keys that must agree with each other or with the preset's values. */
import { batchingParameters } from './batching-parameters.js';
import type { Finding, Path } from './problems.js';
import type { ModelConfiguration } from './schema/configuration.js';

/** Expects a section that passed the schema. As in vLLM, one step has to have room for a token of each sequence. */
export function batchingFindings(path: Path, configured: ModelConfiguration['latency']['batching']): Finding[] {
  const { maxBatchSize, maxBatchedTokens } = batchingParameters(configured);
  if (maxBatchedTokens >= maxBatchSize) return [];
  const tokensPath = [...path, 'max_batched_tokens'];
  const sizePath = [...path, 'max_batch_size'];
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
