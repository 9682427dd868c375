/** Requests whose usage tells how much of their prompt a cache had, in every dialect, to a simulator whose times follow from it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Simulator } from '../../../src/index.js';
import type { Json } from '../chat-client.js';

export const TTFT_MS = 5;
export const PREFILL_TOKENS_PER_SEC = 200_000;

/** A model with a cache, that takes its time to read what is not in it. */
export const CACHING = {
  prefix_cache: { enabled: true },
  latency: {
    ttft: { distribution: 'constant', value_ms: TTFT_MS },
    itl: { distribution: 'constant', value_ms: 0 },
    prefill_tokens_per_sec: PREFILL_TOKENS_PER_SEC,
  },
};

/** Some tokens more than so many words, unlike any other text. */
export function longText(words: number): string {
  const begin = randomUUID();
  return `${begin} ${Array.from({ length: words }, (_, index) => `word ${index % 89}`).join(' ')}`;
}

export interface Answer {
  readonly document: Json;
  /** What the plan said, ms. */
  readonly ttftMs: number;
  readonly planCachedTokens: number;
}

export async function ask(
  simulator: Simulator,
  path: string,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-llm-sim-plan': '1', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  const plan = response.headers.get('x-llm-sim-plan') ?? '';
  const { ttft, cached } = /^ttft_ms=(?<ttft>[\d.]+).*cached_tokens=(?<cached>\d+)/.exec(plan)?.groups ?? {};
  return { document: documentOf(text), ttftMs: Number(ttft), planCachedTokens: Number(cached) };
}

/** The document, or of a stream the event that has the usage. */
function documentOf(text: string): Json {
  if (text.trimStart().startsWith('{')) return JSON.parse(text) as Json;
  const events = text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6))] : []));
  return events.findLast((event) => event.usage || event.usageMetadata || event.response?.usage) as Json;
}

/** Fails unless the first token is due when what no cache had is read. */
export function assertPrefill({ ttftMs, planCachedTokens }: Answer, promptTokens: number, cachedTokens: number): void {
  assert.equal(planCachedTokens, cachedTokens);
  const prefillMs = ((promptTokens - cachedTokens) / PREFILL_TOKENS_PER_SEC) * 1_000;
  assert.ok(
    Math.abs(ttftMs - TTFT_MS - prefillMs) < 0.002,
    `${ttftMs} ms for ${promptTokens} - ${cachedTokens} tokens`,
  );
}
