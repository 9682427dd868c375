/** Pairs and journal entries made by hand, for what is concluded from them. */
import type { AnswerFacts, PairFacts, UpstreamEntry } from '../../../src/load/compare/contract.js';
import { DIRECT_USER_AGENT } from '../../../src/load/compare/contract.js';

const USAGE = { inputTokens: 10, cachedInputTokens: 0, outputTokens: 5, reasoningTokens: 0 };

export function answer(facts: Partial<AnswerFacts> = {}): AnswerFacts {
  return {
    outcome: 'complete',
    status: 200,
    finishReason: 'stop',
    usage: USAGE,
    headersMs: 99,
    firstContentMs: 100,
    lastContentMs: 140,
    endMs: 141,
    chunks: 5,
    together: 0,
    textLength: 20,
    ...facts,
  };
}

export function pair(key: string, facts: Partial<PairFacts> = {}): PairFacts {
  return {
    key,
    stream: true,
    directFirst: true,
    cancels: false,
    direct: answer(),
    gateway: answer(),
    content: { verdict: 'equal', at: 20, directLength: 0, gatewayLength: 0 },
    chunks: { merged: 0, split: 0, delaysMs: Float64Array.of(5, 5, 5, 5, 5) },
    headers: [],
    fields: [],
    ...facts,
  };
}

export function entry(facts: Partial<UpstreamEntry> = {}): UpstreamEntry {
  return {
    arrivedUs: 1_000,
    endedUs: 141_000,
    requestId: null,
    identity: 'aa',
    session: null,
    userAgent: 'a gateway',
    plannedTtftMs: 100,
    plannedEndMs: 140,
    ttftMs: null,
    status: 200,
    outcome: 'finished',
    fault: null,
    endpoint: 'openai.chat.completions',
    isStream: true,
    replyBody: null,
    ...facts,
  };
}

export const directEntry = (facts: Partial<UpstreamEntry> = {}): UpstreamEntry =>
  entry({ userAgent: DIRECT_USER_AGENT, ...facts });
