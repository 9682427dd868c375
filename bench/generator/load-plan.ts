/** The plans of the generator's own measurements: users who ask a simulated model for answers of one length at constant latencies. */
import type { LoadPlan } from '../../src/load/contract.js';
import { baseConfiguration } from '../streams/servers.js';

export const MODEL = 'gpt-4o';
/** What requests say as their limit of output tokens, which a simulated answer reaches. */
export const ANSWER_TOKENS = 40;

export interface Pace {
  readonly ttftMs: number;
  readonly intervalMs: number;
}

export function configurationOf(streams: number, { intervalMs, ttftMs }: Pace): unknown {
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const latency = { ttft: constant(ttftMs), itl: constant(intervalMs), prefill_tokens_per_sec: null };
  return { ...baseConfiguration(streams, 'auto'), providers: { [MODEL]: { latency } } };
}

/** @param requests of all users together */
export function planOf(port: number, users: number, requests: number, rampUpSecs: number, threads: number): LoadPlan {
  return {
    target: { url: `http://127.0.0.1:${port}`, headers: {}, apiKey: 'sk-bench' },
    seed: 1,
    closedLoop: { users, thinkTime: 0, rampUpSecs },
    requestsMax: requests,
    mix: [
      {
        name: 'stream',
        weight: 1,
        dialect: 'openai.chat',
        model: MODEL,
        stream: true,
        promptTokens: 20,
        outputTokens: ANSWER_TOKENS,
        conversation: { turns: 1, sharedPrefixTokens: 0, thinkTime: 0 },
        fields: {},
      },
    ],
    identities: { count: 0, skew: 0, prefix: '' },
    objectives: {},
    warmUpSecs: 0,
    threads,
    inFlightMax: users,
    requestTimeoutSecs: 120,
    gracePeriodSecs: 30,
    sendsRequestIds: true,
  };
}
