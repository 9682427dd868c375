/** An entry of a plan's mix, ready to be drawn from: its samplers are made and its shared prefix is written once. */
import type { RandomSource } from '../../kernel/random-source.js';
import { createLengthSampler, type Length } from '../../latency/lengths.js';
import type { MixEntry } from '../contract.js';
import { ANSWER_TOKENS_DEFAULT, OUTPUT_TOKENS_MAX, PROMPT_TOKENS_MAX, TURNS_MAX } from './bounds.js';
import type { RequestDialect } from './dialects/contract.js';
import { requestDialects } from './dialects/registry.js';
import type { PromptWriter } from './prompt-writer.js';
import { delaySampler, drawsOf, PREFIX_TEXT } from './random-draws.js';

type Draw = (random: RandomSource) => number;

export interface MixKind {
  readonly position: number;
  readonly entry: MixEntry;
  readonly dialect: RequestDialect;
  /** Whether answers are streams: as the plan says, where the dialect has them. */
  readonly stream: boolean;
  readonly path: string;
  readonly writer: PromptWriter;
  /** '' for none. */
  readonly prefix: string;
  readonly turns: Draw;
  readonly promptTokens: Draw;
  /** How long answers are; whether that is also asked for, says the entry. */
  readonly answerTokens: Draw;
  readonly thinkTimeMs: Draw;
  /** Undefined for clients that stay. */
  readonly cancelAfterMs: Draw | undefined;
}

export function mixKind(position: number, entry: MixEntry, writer: PromptWriter, seed: number): MixKind {
  const { conversation, cancel } = entry;
  const dialect = requestDialects[entry.dialect];
  const stream = entry.stream && dialect.streams;
  const prefixTokens = Math.min(conversation.sharedPrefixTokens, PROMPT_TOKENS_MAX);
  const prefixSource = drawsOf(seed, position, 0, PREFIX_TEXT);
  return {
    position,
    entry,
    dialect,
    stream,
    path: dialect.path(entry.model, stream),
    writer,
    prefix: prefixTokens > 0 ? writer.write(prefixSource, prefixTokens - dialect.framing.prefix) : '',
    turns: lengthDraw(conversation.turns, TURNS_MAX),
    promptTokens: lengthDraw(entry.promptTokens, PROMPT_TOKENS_MAX),
    answerTokens: lengthDraw(entry.outputTokens ?? ANSWER_TOKENS_DEFAULT, OUTPUT_TOKENS_MAX),
    thinkTimeMs: delaySampler(conversation.thinkTime),
    cancelAfterMs: cancel !== undefined && 'after' in cancel ? delaySampler(cancel.after) : undefined,
  };
}

/** A whole number from 1 to max. */
function lengthDraw(length: Length, max: number): Draw {
  const sampler = createLengthSampler(length);
  return (random) => clampedLength(sampler.sampleMs(random), max);
}

export function clampedLength(length: number, max: number): number {
  return Math.min(max, Math.max(1, Math.round(length)));
}
