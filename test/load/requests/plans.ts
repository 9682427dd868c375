/** Plans for tests of requests: one of a single kind, with whatever the test is about. */
import type { LoadPlan, MixEntry } from '../../../src/load/contract.js';

export function entryOf(changes: Partial<MixEntry> = {}): MixEntry {
  return {
    name: 'chat',
    weight: 1,
    dialect: 'openai.chat',
    model: 'gpt-4o',
    stream: true,
    promptTokens: 50,
    conversation: { turns: 1, sharedPrefixTokens: 0, thinkTime: 0 },
    fields: {},
    ...changes,
  };
}

export function planOf(mix: readonly MixEntry[], changes: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: { url: 'http://127.0.0.1:1', headers: {}, apiKey: 'sk-own' },
    seed: 7,
    arrivals: [{ pattern: 'constant', rate: 1, duration_secs: 1 }],
    mix,
    identities: { count: 0, skew: 0, prefix: '' },
    objectives: {},
    warmUpSecs: 0,
    threads: 1,
    inFlightMax: 10,
    requestTimeoutSecs: 10,
    gracePeriodSecs: 1,
    sendsRequestIds: true,
    ...changes,
  };
}
