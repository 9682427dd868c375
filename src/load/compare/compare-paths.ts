/**
 * Compares two ways to one upstream: the same numbered requests go directly and through a gateway, and what differs is the gateway's.
 *
 *   warm-up (not counted) ─▶ pairs ─▶ what the upstream's journal says of them ─▶ judgement
 *
 * Reads the clock and sends requests; all that is concluded from the answers is concluded by pure functions.
 */

import { seededRandom } from '../../engine/rng.js';
import { hashValue } from '../../kernel/content-hash.js';
import { Failure } from '../../kernel/failure.js';
import { packageVersion } from '../../kernel/package-root.js';
import type { LoadPlan, RequestRecord, Target } from '../contract.js';
import { ClientLog } from '../oracle/client-log.js';
import type { UpstreamEntry as JournalEntry } from '../oracle/journal-entry.js';
import { JournalTail, type Upstream } from '../oracle/journal-tail.js';
import { judgeUpstream } from '../oracle/judge.js';
import type { OracleResult } from '../oracle/result.js';
import { requestSource } from '../requests/request-source.js';
import { type GroundedPair, groundPairs } from './basis.js';
import { type ComparedPath, DIRECT_USER_AGENT, GATEWAY_USER_AGENT, type PairFacts, type Sender } from './contract.js';
import { groundSummary } from './ground-summary.js';
import { CONFIDENCE } from './intervals.js';
import { judge, pathResult } from './judgement.js';
import { planOfPath, requestPairs, sessionsOf } from './paired-requests.js';
import type { CompareResult } from './result.js';
import { pathOrders } from './schedule.js';
import { sendPairs } from './send-pairs.js';
import { type UpstreamView, upstreamView } from './upstream-view.js';
import { validityOf } from './validity.js';

export interface CompareOptions {
  readonly direct: ComparedPath;
  readonly gateway: ComparedPath;
  /** How many requests go each way, at least 1. */
  readonly pairs: number;
  /** How many pairs are under way at once. */
  readonly concurrency: number;
  /** Pairs in front of those that count. */
  readonly warmUpPairs: number;
  /** Whether bodies carry their key, for gateways that drop the header: see paired-requests.ts. */
  readonly marks: boolean;
  /** Whose journal is read; none where undefined. */
  readonly upstream?: Upstream;
  /** For a person, one line each: what is sent. */
  readonly describedPlan: readonly string[];
  readonly createSender: (target: Target, originUs: number) => Sender;
  /** Microseconds of the clock that senders use. */
  readonly nowUs: () => number;
  /** Ends the comparison: what is done by then is its result. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (pairsDone: number) => void;
  /** Given all pairs at the end, before the result is there. */
  readonly onPairs?: (pairs: readonly GroundedPair[]) => void;
}

/** Of the seed's random streams: the order of the ways has one of its own. */
const STREAM_ORDERS = 1;
const US_PER_SEC = 1_000_000;
/** Of all answers' texts together. */
const KEPT_CHARS_MAX = 64 * 1024 * 1024;
/** Between two looks into the journal, which keeps only the last entries. */
const JOURNAL_INTERVAL_MS = 500;
/** For entries of requests whose answer is there. */
const JOURNAL_WAIT_MS = 3_000;
/** For those that the upstream serves on with although their client has left. */
const JOURNAL_WAIT_CANCELLED_MS = 30_000;

/**
 * @throws nothing for what the two ways answer; Failure where the plan's requests cannot be made
 */
export async function comparePaths(plan: LoadPlan, options: CompareOptions): Promise<CompareResult> {
  const startedAt = new Date().toISOString();
  const originUs = options.nowUs();
  const journal = await openJournal(options.upstream);
  const { facts, log, warmUpKeys } = await sendAll(plan, options, originUs, journal);
  await journal.readRest(facts);
  const isWarmUp = (entry: JournalEntry): boolean => warmUpKeys.has(keyOf(entry) ?? '');
  const entries = journal.tail?.entries.filter((entry) => !isWarmUp(entry));
  const view =
    entries === undefined
      ? undefined
      : upstreamView(
          facts.map(({ key }) => key),
          entries,
          journal.tail?.lost,
        );
  const pairs = groundPairs(facts, view);
  options.onPairs?.(pairs);
  const elapsedSecs = (options.nowUs() - originUs) / US_PER_SEC;
  return {
    kind: 'compare',
    version: packageVersion,
    started_at: startedAt,
    elapsed_secs: Math.round(elapsedSecs * 1_000) / 1_000,
    seed: plan.seed,
    plan: options.describedPlan,
    pairs: facts.length,
    concurrency: options.concurrency,
    confidence: CONFIDENCE,
    direct: pathResult(
      options.direct.target.url,
      dialectsOf(plan, options.direct),
      facts.map(({ direct }) => direct),
    ),
    gateway: pathResult(
      options.gateway.target.url,
      dialectsOf(plan, options.gateway),
      facts.map(({ gateway }) => gateway),
    ),
    ground: groundSummary(pairs, view, journal.unreadable),
    ...judge(pairs),
    upstream: entries === undefined ? null : oracleOf(log, entries, journal.tail?.lost ?? 0, view),
    validity: validityOf(pairs, options.pairs),
    warnings: [],
    assertions: [],
  };
}

interface Sent {
  readonly facts: readonly PairFacts[];
  readonly log: ClientLog;
  readonly warmUpKeys: ReadonlySet<string>;
}

async function sendAll(plan: LoadPlan, options: CompareOptions, originUs: number, journal: Journal): Promise<Sent> {
  const { model: directModel } = options.direct;
  const { model: gatewayModel } = options.gateway;
  const sources = {
    direct: await requestSource(planOfPath(plan, options.direct)),
    gateway: await requestSource(planOfPath(plan, options.gateway)),
    ...(directModel !== undefined && { directModel }),
    ...(gatewayModel !== undefined && { gatewayModel }),
    marks: options.marks,
  };
  const senders = {
    direct: options.createSender(withUserAgent(options.direct.target, DIRECT_USER_AGENT), originUs),
    gateway: options.createSender(withUserAgent(options.gateway.target, GATEWAY_USER_AGENT), originUs),
  };
  const total = options.warmUpPairs + options.pairs;
  const warmUpKeys = new Set<string>();
  const facts: PairFacts[] = [];
  const log = new ClientLog();
  const timer = setInterval(() => journal.poll(), JOURNAL_INTERVAL_MS);
  const shared = {
    ...senders,
    pairs: requestPairs(sources, total),
    concurrency: options.concurrency,
    nowUs: () => options.nowUs() - originUs,
    ...(options.signal !== undefined && { signal: options.signal }),
  };
  const orders = pathOrders(total, seededRandom(plan.seed, hashValue('compare'), STREAM_ORDERS));
  let keptChars = 0;
  const count = (pair: PairFacts, gateway: RequestRecord): void => {
    keptChars += pair.gatewayText?.length ?? 0;
    const { gatewayText: _, ...withoutText } = pair;
    facts.push(keptChars <= KEPT_CHARS_MAX ? pair : withoutText);
    log.record(gateway);
    options.onProgress?.(facts.length);
  };
  try {
    await sendPairs({
      ...shared,
      orders: orders.slice(0, options.warmUpPairs),
      onPair: ({ key }) => warmUpKeys.add(key),
    });
    await sendPairs({ ...shared, orders: orders.slice(options.warmUpPairs), onPair: count });
  } finally {
    clearInterval(timer);
    await Promise.all([senders.direct.close(), senders.gateway.close()]);
  }
  return { facts, log, warmUpKeys };
}

/** The journal, if it can be read: a comparison does without, and says so. */
interface Journal {
  readonly tail: JournalTail | undefined;
  /** Why there is none. */
  readonly unreadable: string | undefined;
  poll(): void;
  /** Waits for the entries of what was sent. */
  readRest(facts: readonly PairFacts[]): Promise<void>;
}

async function openJournal(upstream: Upstream | undefined): Promise<Journal> {
  const none = { tail: undefined, poll: () => {}, readRest: async () => {} };
  if (upstream === undefined) return { ...none, unreadable: 'it was not asked for' };
  try {
    const tail = await JournalTail.open(upstream);
    return {
      tail,
      unreadable: undefined,
      // What cannot be read now is read later, or counted as lost.
      poll: () => void tail.poll().catch(() => {}),
      readRest: (facts) => readRest(tail, facts),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...none, unreadable: error.message };
  }
}

async function readRest(tail: JournalTail, facts: readonly PairFacts[]): Promise<void> {
  const keys = facts.map(({ key }) => key);
  const isEnough = (entries: readonly JournalEntry[]): boolean =>
    [...upstreamView(keys, entries).pairs.values()].every(
      ({ direct, gateway }) => direct !== undefined && gateway.length > 0,
    );
  const waitMs = facts.some(({ cancels }) => cancels) ? JOURNAL_WAIT_CANCELLED_MS : JOURNAL_WAIT_MS;
  await tail.pollUntil(isEnough, waitMs).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
  });
}

function withUserAgent(target: Target, userAgent: string): Target {
  return { ...target, headers: { ...target.headers, 'user-agent': userAgent } };
}

function dialectsOf(plan: LoadPlan, path: ComparedPath): readonly string[] {
  return planOfPath(plan, path).mix.map(({ dialect }) => dialect);
}

function keyOf({ requestId, session }: JournalEntry): string | undefined {
  return requestId ?? session?.replace(/^(user|metadata):/, '') ?? undefined;
}

/** Of the gateway's requests alone. */
function oracleOf(
  log: ClientLog,
  entries: readonly JournalEntry[],
  entriesLost: number,
  view: UpstreamView | undefined,
): OracleResult {
  const known = new Map([...(view?.pairs.keys() ?? [])].flatMap((key) => sessionsOf(key).map((name) => [name, key])));
  return judgeUpstream(
    log.requests,
    entries.filter(({ userAgent }) => userAgent !== DIRECT_USER_AGENT),
    { entriesLost, keyOf: ({ requestId, session }) => requestId ?? known.get(session ?? '') },
  );
}
