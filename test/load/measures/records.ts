/** Records and plans for tests: everything ordinary but what a test names. */
import type { LoadPlan, MixEntry, RequestRecord } from '../../../src/load/contract.js';

export type MeasuredPlan = Pick<LoadPlan, 'mix' | 'objectives' | 'warmUpSecs'>;

export function mixEntry(name: string): MixEntry {
  return {
    name,
    weight: 1,
    dialect: 'openai.chat',
    model: 'gpt-4o',
    stream: true,
    promptTokens: 100,
    conversation: { turns: 1, sharedPrefixTokens: 0, thinkTime: 0 },
    fields: {},
  };
}

export function measuredPlan(fields: Partial<MeasuredPlan> = {}): MeasuredPlan {
  return { mix: [mixEntry('chat')], objectives: {}, warmUpSecs: 0, ...fields };
}

/** A complete stream of three chunks, sent when it was intended, at the run's start. */
export function recordOf(
  fields: Partial<Omit<RequestRecord, 'chunkTimesUs'>> & { chunks?: number[] } = {},
): RequestRecord {
  const { chunks = [100_000, 120_000, 150_000], ...others } = fields;
  const intendedUs = others.intendedUs ?? 0;
  return {
    key: 'key',
    conversation: 0,
    turn: 0,
    mix: 0,
    dialect: 'openai.chat',
    model: 'gpt-4o',
    stream: true,
    identity: -1,
    sentUs: intendedUs,
    chunkTimesUs: Uint32Array.from(chunks),
    endUs: 151_000,
    status: 200,
    outcome: 'complete',
    usage: { inputTokens: 10, cachedInputTokens: 0, outputTokens: 3, reasoningTokens: 0 },
    bytes: 1_000,
    ...others,
    intendedUs,
  };
}
