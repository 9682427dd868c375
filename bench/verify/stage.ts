/**
 * A stage of the verification: so many streams at a time, each of which asks one model after another, and how exact the answers have to
 * be. The workload is fixed beforehand, request by request, so every run draws the same delays and differs in nothing but their lateness.
 *
 *   stream s, request k ─▶ model number (s + k) mod models, identifier "stage-s-k"
 */
import type { Parameters } from './expected-distribution.js';
import type { Tolerance } from './statistics.js';

/** How a model is asked: see model-requests.ts. */
export type Api = 'chat' | 'audio' | 'completions' | 'responses' | 'messages' | 'gemini';

export interface VerifiedModel {
  readonly name: string;
  readonly api: Api;
  readonly ttft: Parameters;
  readonly itl: Parameters;
  /** Null where prompts add nothing. */
  readonly prefillTokensPerSec: number | null;
  /** How many tokens a reply may have for each event that the client has room for: more than 1 where events carry several. */
  readonly tokensPerEvent: number;
}

export interface Stage {
  readonly name: string;
  readonly description: string;
  readonly streams: number;
  readonly requestsPerStream: number;
  /** Events with tokens of every reply, at most. */
  readonly tokens: number;
  /** Over which the streams begin one after another. */
  readonly rampMs: number;
  readonly tolerance: Tolerance;
  readonly models: readonly VerifiedModel[];
  /** The server's `providers` section. */
  readonly providers: { readonly [model: string]: unknown };
}

export interface PlannedRequest {
  readonly model: number;
  readonly id: string;
}

/** @param row number of the request: stream · requestsPerStream + its number on the stream */
export function requestAt(
  stage: Pick<Stage, 'name' | 'requestsPerStream'>,
  models: number,
  row: number,
): PlannedRequest {
  const stream = Math.floor(row / stage.requestsPerStream);
  const number = row % stage.requestsPerStream;
  return { model: (stream + number) % models, id: `${stage.name}-${stream}-${number}` };
}

export function requestCount({ streams, requestsPerStream }: Pick<Stage, 'streams' | 'requestsPerStream'>): number {
  return streams * requestsPerStream;
}
