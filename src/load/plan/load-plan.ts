/** From a plan document that passed its checks to the plan that the parts of the load generator work by. */
import { arrivalsDurationSecs } from '../arrivals/arrival-process.js';
import type { ArrivalStage, LoadPlan, MixEntry } from '../contract.js';
import { dialectFor, modelFor, streams } from './dialect-defaults.js';
import type { MixEntryDocument, PlanDocument } from './schema.js';
import { withoutCredentials } from './shown-plan.js';

/** Of a run of which nothing says how long it is. */
export const DURATION_SECS_DEFAULT = 30;
const THREADS_DEFAULT_MAX = 4;

/** The document's arrivals with what their files hold. */
export interface CompleteArrivals {
  readonly stages: readonly ArrivalStage[];
  readonly lengths: LoadPlan['recordedLengths'];
}

/** @param cores of this machine */
export function loadPlanOf(document: PlanDocument, arrivals: CompleteArrivals | undefined, cores: number): LoadPlan {
  const {
    target,
    closed_loop: closedLoop,
    duration_secs: durationSecs,
    max_requests: requestsMax,
    identities,
    objectives,
  } = document;
  const duration = durationSecs ?? durationOf(arrivals, requestsMax);
  return {
    target: {
      url: withoutCredentials(target.url).replace(/\/+$/, ''),
      headers: target.headers,
      apiKey: target.api_key,
    },
    seed: document.seed,
    ...(arrivals === undefined ? { closedLoop: closedLoopOf(closedLoop) } : { arrivals: arrivals.stages }),
    ...(arrivals?.lengths === undefined ? {} : { recordedLengths: arrivals.lengths }),
    ...(duration === undefined ? {} : { durationSecs: duration }),
    ...(requestsMax === undefined ? {} : { requestsMax }),
    mix: Object.entries(document.mix).map(([name, entry]) => mixEntryOf(name, entry)),
    identities,
    objectives: {
      ...(objectives.ttft_ms === undefined ? {} : { ttftMs: objectives.ttft_ms }),
      ...(objectives.tpot_ms === undefined ? {} : { tpotMs: objectives.tpot_ms }),
      ...(objectives.e2e_ms === undefined ? {} : { e2eMs: objectives.e2e_ms }),
    },
    warmUpSecs: document.warm_up_secs,
    threads: document.threads ?? Math.min(THREADS_DEFAULT_MAX, Math.max(1, cores - 1)),
    inFlightMax: document.max_in_flight,
    requestTimeoutSecs: document.request_timeout_secs,
    gracePeriodSecs: document.grace_period_secs,
    sendsRequestIds: document.request_ids,
  };
}

/** Where the document names none; undefined where a number of requests, or the last row of a trace, ends the run. */
function durationOf(arrivals: CompleteArrivals | undefined, requestsMax: number | undefined): number | undefined {
  if (requestsMax !== undefined) return undefined;
  if (arrivals === undefined) return DURATION_SECS_DEFAULT;
  const hasTrace = arrivals.stages.some(({ pattern }) => pattern === 'trace');
  return hasTrace ? undefined : arrivalsDurationSecs(arrivals.stages);
}

function closedLoopOf(loop: PlanDocument['closed_loop']): NonNullable<LoadPlan['closedLoop']> {
  if (loop === undefined) return { users: 1, thinkTime: 0, rampUpSecs: 0 };
  return { users: loop.users, thinkTime: loop.think_time, rampUpSecs: loop.ramp_up_secs };
}

function mixEntryOf(name: string, entry: MixEntryDocument): MixEntry {
  const { weight, prompt_tokens: promptTokens, output_tokens: outputTokens, conversation, fields, cancel } = entry;
  const dialect = entry.dialect ?? (entry.model === undefined ? 'openai.chat' : dialectFor(entry.model));
  return {
    name,
    weight,
    dialect,
    model: entry.model ?? modelFor(dialect),
    stream: entry.stream ?? streams(dialect),
    promptTokens,
    ...(outputTokens === undefined ? {} : { outputTokens }),
    conversation: {
      turns: conversation.turns,
      sharedPrefixTokens: conversation.shared_prefix_tokens,
      thinkTime: conversation.think_time,
    },
    fields,
    ...(cancel === undefined ? {} : { cancel: cancellationOf(cancel) }),
    ...(entry.slow_reader === undefined
      ? {}
      : { slowReader: { share: entry.slow_reader.share, bytesPerSec: entry.slow_reader.bytes_per_sec } }),
  };
}

function cancellationOf({
  share,
  after,
  after_chunks: afterChunks,
}: NonNullable<MixEntryDocument['cancel']>): NonNullable<MixEntry['cancel']> {
  return afterChunks === undefined ? { share, after: after ?? 0 } : { share, afterChunks };
}
