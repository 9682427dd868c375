/**
 * How long a step takes: base + max(weights, tokens × per token) + sequences × per sequence + context × per context token
 * + attention pairs × per pair. The equation, its sources and its limits are in docs/batching.md. Linear in what the step holds, but for the
 * max: the matrix products of a step wait for the weights (memory bound) or for the arithmetic (compute bound), whichever takes longer.
 */
import type { BatchingParameters, StepTimeCoefficients } from '../../config/batching-parameters.js';

/** What one step computes. */
export interface StepLoad {
  /** Tokens that go through the model: one per decoding sequence, and all of the pieces of prompts. */
  tokens: number;
  /** Sequences that decode. */
  sequences: number;
  /** Tokens of context that those read, summed. */
  contextTokens: number;
  /** Pairs of a prefilled token and a token that it attends to, summed. */
  attentionPairs: number;
}

/** Milliseconds of real time. */
export function stepMs(coefficients: StepTimeCoefficients, load: StepLoad): number {
  return (
    coefficients.baseMs +
    Math.max(coefficients.weightsMs, load.tokens * coefficients.perTokenMs) +
    load.sequences * coefficients.perSequenceMs +
    (load.contextTokens * coefficients.perContextTokenUs) / 1e3 +
    (load.attentionPairs * coefficients.perAttentionPairNs) / 1e6
  );
}

/** Pairs of a piece of a prompt: its tokens attend to all `before` them, and each to those of the piece up to itself. */
export function attentionPairs(before: number, tokens: number): number {
  return tokens * before + (tokens * (tokens + 1)) / 2;
}

/** Cached tokens that count: the last token of a prompt is computed even if all of it is cached. */
export function usableCachedTokens(promptTokens: number, cachedTokens: number): number {
  return Math.min(cachedTokens, promptTokens - 1);
}

/** Time to the first token of a request that is alone in the engine, µs: exactly what the engine gives it. */
export function unloadedTtftUs(
  { maxBatchedTokens, chunkedPrefill, requestMs, stepTime }: BatchingParameters,
  timeScale: number,
  promptTokens: number,
  cachedTokens: number,
): number {
  const cached = usableCachedTokens(promptTokens, cachedTokens);
  const tokens = promptTokens - cached;
  const piece = chunkedPrefill ? Math.min(maxBatchedTokens, tokens) : tokens;
  const pieces = Math.floor(tokens / piece);
  const rest = tokens - pieces * piece;
  const pairsMs = (attentionPairs(cached, tokens) * stepTime.perAttentionPairNs) / 1e6;
  const empty = { sequences: 0, contextTokens: 0, attentionPairs: 0 };
  const piecesMs = pieces * stepMs(stepTime, { ...empty, tokens: piece });
  const restMs = rest === 0 ? 0 : stepMs(stepTime, { ...empty, tokens: rest });
  return (requestMs + piecesMs + restMs + pairsMs) * 1e3 * timeScale;
}

/** Time between two tokens of a request that is alone in the engine, µs, when `contextTokens` tokens precede the second. */
export function unloadedStepUs(
  { maxBatchSize, stepTime }: BatchingParameters,
  timeScale: number,
  contextTokens: number,
  sequences: number,
): number {
  const decoding = Math.min(sequences, maxBatchSize);
  const load = { tokens: decoding, sequences: decoding, contextTokens: decoding * contextTokens, attentionPairs: 0 };
  return stepMs(stepTime, load) * 1e3 * timeScale;
}
