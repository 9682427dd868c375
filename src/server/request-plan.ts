/**
 * A response plan as people and tests read it: what a server will send for one request, when, and what is in it. Made from the bytes that
 * a server would pace; nothing here decides anything.
 */
import { planAnnouncement } from '../engine/plan-announcement.js';
import { FAULT_HEADER, PLAN_HEADER } from '../engine/request-headers.js';
import type { HttpProblem, Provider } from '../providers/contract.js';
import type { GeneratedChoice, Generation } from '../providers/generation.js';
import { PLAN_WHOLE } from '../runtime/plan-layout.js';
import {
  planAnnouncedBytes,
  planBatch,
  planCachedTokens,
  planCompletionTokens,
  planEndUs,
  planHeaders,
  planKind,
  planModelIndex,
  planPromptTokens,
  planStatus,
} from '../runtime/plan-reader.js';
import { framesOf, type PlannedFrame, summarizePlan } from '../runtime/plan-summary.js';

export interface PlannedFault {
  /** The injected fault, or what the provider's error is called. */
  readonly kind: string;
  /** Whether it is injected; otherwise the request itself is what is wrong. */
  readonly injected: boolean;
  /** By whose word it is injected; undefined where the request asked for it by its header. */
  readonly rule: string | undefined;
  /** The provider's sentence, or where the reply is none of its errors what the fault does. */
  readonly message: string;
  /** After the request's arrival, µs. */
  readonly delayUs: number;
}

export interface RequestPlan {
  /** The endpoint's name; undefined where no endpoint has the method and path. */
  readonly endpoint: string | undefined;
  /** The model of the configuration that answers; undefined for an answer without one. */
  readonly model: string | undefined;
  readonly status: number;
  readonly stream: boolean;
  /** Flat: [name, value, …]. Without those that depend on the connection, the clock or other headers of the request. */
  readonly headers: readonly string[];
  readonly promptTokens: number;
  readonly cachedTokens: number;
  /** With the reasoning. */
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  /** When the first frame with something that the model says is due after the request's arrival, µs. */
  readonly ttftUs: number;
  /** When the last frame is due, µs. */
  readonly e2eUs: number;
  readonly fault: PlannedFault | undefined;
  /** What the model says, in no dialect's words, hidden reasoning included; empty where nothing is generated token by token. */
  readonly choices: readonly GeneratedChoice[];
  readonly frames: readonly PlannedFrame[];
  /** The model is served by a batching engine: beside other requests the frames come later than planned here. */
  readonly batched: boolean;
  /**
   * What `x-llm-sim-plan` says, and its two digests; undefined for a refusal that no worker writes. Such a reply carries an identifier
   * drawn at random, which the plan leaves out.
   */
  readonly announcement: string | undefined;
  readonly digest: string | undefined;
  readonly contentDigest: string | undefined;
}

/** A fault as the engine tells of it. */
export interface InjectedKind {
  readonly kind: string;
  readonly rule: string | undefined;
  /** What it does. */
  readonly summary: string;
}

/** What is known of a request besides its plan's bytes. */
export interface PlanFacts {
  readonly endpoint: string;
  /** By the plan's model index. */
  readonly modelNames: readonly string[];
  /** What was generated for it, if anything was. */
  readonly generation: Generation | undefined;
  /** The fault that was injected, and by which rule. */
  readonly fault: InjectedKind | undefined;
}

/** Expects a finished plan, not one that asks for state. */
export function describePlan(plan: Uint8Array, { endpoint, modelNames, generation, fault }: PlanFacts): RequestPlan {
  const frames = [...framesOf(plan)];
  const summary = summarizePlan(plan, frames);
  const status = planStatus(plan);
  return {
    endpoint,
    model: modelNames[planModelIndex(plan)],
    status,
    stream: planKind(plan) !== PLAN_WHOLE && planAnnouncedBytes(plan) === undefined,
    headers: withoutAnnouncement(planHeaders(plan)),
    promptTokens: planPromptTokens(plan),
    cachedTokens: planCachedTokens(plan),
    completionTokens: planCompletionTokens(plan),
    reasoningTokens: generation?.reasoningTokens ?? 0,
    ttftUs: summary.ttftUs,
    e2eUs: summary.e2eUs,
    fault: status < 400 && fault === undefined ? undefined : faultOf(frames, status, fault, planEndUs(plan)),
    choices: generation?.choices ?? [],
    frames,
    batched: planBatch(plan) !== undefined,
    announcement: planAnnouncement(plan, summary),
    digest: summary.digest,
    contentDigest: summary.content,
  };
}

/** The plan of a request that the main thread answers itself, delayUs after its arrival. */
export function describeRefusal(
  provider: Provider,
  problem: HttpProblem,
  endpoint: string | undefined,
  delayUs = 0,
): RequestPlan {
  const { status, headers, body } = provider.httpError(problem);
  const frames = [{ atUs: delayUs, bytes: Buffer.from(body) }];
  return {
    endpoint,
    model: undefined,
    status,
    stream: false,
    headers,
    promptTokens: 0,
    cachedTokens: 0,
    completionTokens: 0,
    reasoningTokens: 0,
    ttftUs: delayUs,
    e2eUs: delayUs,
    fault: { ...faultOf(frames, status, undefined, delayUs), kind: problem.kind },
    choices: [],
    frames,
    batched: false,
    announcement: undefined,
    digest: undefined,
    contentDigest: undefined,
  };
}

/** What is announced has a place of its own. */
function withoutAnnouncement(headers: readonly string[]): string[] {
  return headers.filter((_, index) => {
    const name = headers[index - (index % 2)];
    return name !== PLAN_HEADER && name !== FAULT_HEADER;
  });
}

/** Reads the provider's envelope: OpenAI and Anthropic name an error's `type`, Gemini its `status`. */
function faultOf(
  frames: readonly PlannedFrame[],
  status: number,
  injected: InjectedKind | undefined,
  endUs: number,
): PlannedFault {
  const delayUs = frames[0]?.atUs ?? endUs;
  if (injected !== undefined) {
    const message = status < 400 ? injected.summary : String(errorIn(frames).message ?? '');
    return { kind: injected.kind, injected: true, rule: injected.rule, message, delayUs };
  }
  const error = errorIn(frames);
  const kind = String(error.status ?? error.type ?? error.code ?? 'error');
  return { kind, injected: false, rule: undefined, message: String(error.message ?? ''), delayUs };
}

function errorIn([frame]: readonly PlannedFrame[]): { readonly [field: string]: unknown } {
  const document = JSON.parse(frame.bytes.toString());
  return (Array.isArray(document) ? document[0] : document)?.error ?? {};
}
