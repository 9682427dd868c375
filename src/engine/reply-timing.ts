/**
 * When a reply's chunks are due: by the times that an operator or its rule gives, else by the model's batching engine, else by its row of a
 * trace, else by the model's distributions; then multiplied by what scenarios and overrides ask for.
 */
import { type GeneratedChoice, type GenerationRequest, tokensIn } from '../providers/generation.js';
import type { BatchTerms } from '../runtime/batch-terms.js';
import type { SteeredLatency } from '../scenarios/compiled-steering.js';
import { batchTermsOf, unloadedTiming } from './batched-timing.js';
import { sampleSteps } from './chunks.js';
import { type RandomStreams, STREAM_BURSTS, STREAM_CHUNKS, STREAM_TIMING } from './random-streams.js';
import type { RuleReply } from './reply-rules.js';
import type { ServedModel } from './served-models.js';
import { givenTimes, steeredTiming } from './steered-timing.js';
import { sampleTtftUs, type Timing } from './timing.js';
import type { TraceRow } from './trace-rows.js';
import { tracedTiming } from './traced-timing.js';

/** A reply that is to be timed. */
export interface TimingOrder {
  readonly request: GenerationRequest;
  readonly model: ServedModel;
  /** What a rule of the configuration says about the reply. */
  readonly rule: RuleReply | undefined;
  /** What was recorded of such a reply. */
  readonly row: TraceRow | undefined;
  /** What operators and scenarios change; undefined for nothing. */
  readonly steered: SteeredLatency | undefined;
  readonly streams: RandomStreams;
  /** simulation.time_scale. */
  readonly timeScale: number;
}

/** The times, and for a batched reply what its serving engine has to know. */
export interface ReplyTiming {
  readonly timing: Timing;
  readonly batch: BatchTerms | undefined;
}

export function timingOf(order: TimingOrder, choices: readonly GeneratedChoice[]): ReplyTiming {
  return steeredTiming(unsteeredTiming(order, choices), order.steered, order.timeScale);
}

function unsteeredTiming(order: TimingOrder, choices: readonly GeneratedChoice[]): ReplyTiming {
  const { model, request, row, rule, steered, streams, timeScale } = order;
  const { cachedTokens = 0, choices: sequences, promptTokens } = request;
  const random = {
    timing: streams.open(STREAM_TIMING),
    chunks: () => streams.open(STREAM_CHUNKS),
    bursts: () => streams.open(STREAM_BURSTS),
  };
  const given = givenTimes(rule, steered);
  // Whoever gives times means these, and at once is at once.
  const isRuled = given.ttft !== undefined || given.itl !== undefined;
  const batching = !isRuled && timeScale > 0 ? model.batching : undefined;
  if (batching !== undefined) {
    const steps = Math.max(1, ...choices.map(({ parts }) => tokensIn(parts)));
    const batch = batchTermsOf(batching, timeScale, { promptTokens, cachedTokens, steps, sequences });
    return { timing: unloadedTiming(batch, model.pace, choices, random), batch };
  }
  // With a time of the model's that is replaced goes what belongs to it, as from one layer of the configuration to the next.
  const ttft = given.ttft ?? model.ttft;
  const prefill = { promptTokens, cachedTokens, msPerToken: given.ttft === undefined ? model.prefillMsPerToken : 0 };
  const pace = given.itl === undefined ? model.pace : { itl: given.itl, chunkTokens: undefined, burst: undefined };
  const drawn = {
    ttftUs: () => sampleTtftUs(ttft, random.timing, prefill, timeScale),
    steps: () => sampleSteps(pace, choices, random, timeScale),
  };
  const timing =
    row === undefined || isRuled
      ? { ttftUs: drawn.ttftUs(), ...drawn.steps() }
      : tracedTiming(row, drawn, model.pace, choices, random, timeScale);
  return { timing, batch: undefined };
}
