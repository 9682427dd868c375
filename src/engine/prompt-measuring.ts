/**
 * Measures a request's prompt and finds out how much of it the model's prefix cache has. That takes the node's state, so the first round ends
 * with the question and the second begins with the answer, in which what was measured comes along: a prompt is counted once.
 *
 *   first round   measure ──below the minimum, or no cache──▶ nothing cached
 *                    └────blocks────▶ question ──main thread asks──▶ second round   hits × blockTokens
 */
import {
  BlockMeter,
  type MeasuredPrompt,
  type PromptMeter,
  type PromptScope,
  TokenMeter,
} from '../providers/prompt-meter.js';
import { PREFIX_BLOCKS_MAX, type PrefixAnswer, type PrefixQuestion } from '../runtime/prefix-cache.js';
import type { ServedModel } from './served-models.js';

/** What the request at hand brings along. */
export interface PrefixContext {
  /** Whose prompt it is: nobody else's hits it. */
  readonly owner: () => readonly string[];
  /** On the second round. */
  readonly answer: PrefixAnswer | undefined;
  /** Finds a measure that is known from an equal request, or takes it. */
  readonly known: <Measured>(measure: () => Measured) => Measured;
  /** What to throw on the first. */
  readonly needed: (question: PrefixQuestion) => unknown;
}

export function measurePrompt<Measured>(
  model: ServedModel,
  scope: PromptScope,
  { owner, answer, known, needed }: PrefixContext,
  measure: (meter: PromptMeter) => Measured,
): MeasuredPrompt<Measured> {
  const cache = model.prefixCache;
  if (cache === undefined || !scope.cacheable) {
    return { measured: known(() => measure(new TokenMeter(model.tokenizer))), cachedTokens: 0 };
  }
  const { blockTokens, minTokens = scope.minTokens } = cache;
  const minBlocks = Math.ceil(minTokens / blockTokens);
  if (answer !== undefined) {
    const cachedTokens = answer.hits < minBlocks ? 0 : answer.hits * blockTokens;
    return { measured: answer.measured as Measured, cachedTokens };
  }
  const meter = new BlockMeter(
    model.tokenizer,
    { blockTokens, blocksMax: PREFIX_BLOCKS_MAX },
    JSON.stringify([...owner(), scope.partition]),
  );
  const measured = measure(meter);
  const { blocks } = meter.layout();
  if (blocks.length < minBlocks) return { measured, cachedTokens: 0 };
  const ttlSecs = Math.max(cache.ttlSecs, scope.ttlSecs ?? 0);
  throw needed({ lookup: { model: model.index, blocks, ttlSecs }, measured });
}
