/** The plan of comparisons in tests: one kind of request, a short streamed chat. */
import type { LoadPlan, MixEntry } from '../../../src/load/contract.js';

const ENTRY: MixEntry = {
  name: 'main',
  weight: 1,
  dialect: 'openai.chat',
  model: 'gpt-4o-mini',
  stream: true,
  promptTokens: 20,
  outputTokens: 12,
  conversation: { turns: 1, sharedPrefixTokens: 0, thinkTime: 0 },
  fields: {},
};

export function comparedPlan(url: string, entry: Partial<MixEntry>, requestTimeoutSecs = 10): LoadPlan {
  return {
    target: { url, headers: {}, apiKey: 'sk-test' },
    seed: 1,
    closedLoop: { users: 1, thinkTime: 0, rampUpSecs: 0 },
    mix: [{ ...ENTRY, ...entry }],
    identities: { count: 0, skew: 0, prefix: 'k' },
    objectives: {},
    warmUpSecs: 0,
    threads: 1,
    inFlightMax: 100,
    requestTimeoutSecs,
    gracePeriodSecs: 1,
    sendsRequestIds: true,
  };
}
