/**
 * What went wrong with single requests, in words. Where both ways had the same plan, all of an answer is compared; where they had not, only
 * what no plan explains. A request that the gateway failed without asking the upstream is compared by its end: no plan explains it.
 */
import type { TokenUsage } from '../contract.js';
import type { GroundedPair } from './basis.js';
import { cancellationOf } from './cancellations.js';
import type { AnswerFacts, ContentComparison, PairFacts } from './contract.js';
import { finishKind } from './finish-kinds.js';
import type { Anomaly, AnomalyKind } from './result.js';

type Found = readonly [kind: AnomalyKind, message: string];

const MS_DECIMALS = 1;

/** Of a pair, in the order in which a person asks: did it arrive, how did it end, what did it say. */
export function anomaliesOf(pair: GroundedPair): readonly Anomaly[] {
  const { facts, ground } = pair;
  const found = [
    ...repetitions(pair),
    ...cancellations(pair),
    ...(ground === 'same_plan'
      ? [...endings(facts), ...contents(facts)]
      : [...unaskedEndings(pair), ...unplannedEndings(pair), ...recordedContents(pair)]),
  ];
  return found.map(([kind, message]) => ({ kind, key: facts.key, message }));
}

function repetitions({ entries, facts }: GroundedPair): readonly Found[] {
  if (entries?.direct === undefined) return [];
  if (entries.isUnasked) return answersWithoutUpstream(facts);
  const times = entries.gateway.length;
  if (times < 2) return [];
  const statuses = entries.gateway.map(({ outcome, status }) => status || outcome).join(', ');
  return [['repeated', `the upstream got it ${times} times, and answered ${statuses}`]];
}

function answersWithoutUpstream({ gateway }: PairFacts): readonly Found[] {
  if (gateway.outcome === 'complete') {
    return [['answered_without_upstream', 'the gateway answered, and nothing of it came to the upstream']];
  }
  if (gateway.outcome !== 'http_error') return [];
  return [['refused_without_upstream', `the gateway answered ${endingOf(gateway)}, and nothing came to the upstream`]];
}

function cancellations(pair: GroundedPair): readonly Found[] {
  const { state, servedOnMs } = cancellationOf(pair);
  if (state !== 'lost') return [];
  return [
    ['cancellation_lost', `the upstream served on for ${servedOnMs.toFixed(MS_DECIMALS)} ms after the client had left`],
  ];
}

function endings({ cancels, direct, gateway }: PairFacts): readonly Found[] {
  if (cancels) return [];
  const message = `${endingOf(direct)} became ${endingOf(gateway)}`;
  // Without a head there is no status: then the end tells whether it hung or was broken off.
  const haveStatus = direct.status !== undefined && gateway.status !== undefined;
  if (haveStatus && direct.status !== gateway.status) return [['status_changed', message]];
  if (direct.outcome !== gateway.outcome) return [[endingKind(gateway), message]];
  if (direct.outcome === 'complete' || direct.error === gateway.error) return [];
  return [['error_changed', `${direct.error ?? 'no word'} became ${gateway.error ?? 'no word'}`]];
}

function endingKind(gateway: AnswerFacts): AnomalyKind {
  if (gateway.outcome === 'timeout') return 'hung';
  // A stream that ends as a whole one does, and lacks nothing but its usage, seems whole to most clients.
  return gateway.outcome === 'complete' || gateway.outcome === 'wrong_usage' ? 'break_hidden' : 'ended_otherwise';
}

/** What the gateway made of a request by itself. One that it answered well, as a cache does, met nothing that it could have changed. */
function unaskedEndings({ entries, facts }: GroundedPair): readonly Found[] {
  return entries?.isUnasked === true && facts.gateway.outcome !== 'complete' ? endings(facts) : [];
}

/** The gateway's request was planned otherwise than the direct one, but it was planned to end well. */
function unplannedEndings({ entries, facts }: GroundedPair): readonly Found[] {
  const upstream = entries?.gateway.at(-1);
  const { cancels, gateway } = facts;
  if (cancels || gateway.outcome === 'complete' || upstream === undefined) return [];
  if (upstream.status !== 200 || upstream.fault !== null || upstream.outcome !== 'finished') return [];
  return [
    [
      gateway.outcome === 'timeout' ? 'hung' : 'ended_otherwise',
      `what the upstream served whole became ${endingOf(gateway)}`,
    ],
  ];
}

function contents({ content, direct, gateway }: PairFacts): readonly Found[] {
  const found: Found[] = [];
  if (content !== undefined && content.verdict !== 'equal')
    found.push([CONTENT_KINDS[content.verdict], contentMessage(content)]);
  if (direct.outcome !== 'complete' || gateway.outcome !== 'complete') return found;
  const usage = usageMessage(direct.usage, gateway.usage);
  if (usage !== '') found.push(['usage_changed', usage]);
  const [one, other] = [finishKind(direct.finishReason), finishKind(gateway.finishReason)];
  if (one !== other) {
    found.push(['finish_reason_changed', `${direct.finishReason ?? 'none'} became ${gateway.finishReason ?? 'none'}`]);
  }
  return found;
}

/** Against what the upstream sent, in the place of the direct answer. */
function recordedContents({ facts, recorded, recordedContent }: GroundedPair): readonly Found[] {
  if (recorded === undefined || recordedContent === undefined) return [];
  const direct = {
    ...facts.direct,
    outcome: 'complete' as const,
    usage: recorded.usage,
    finishReason: recorded.finishReason,
  };
  return contents({ ...facts, content: recordedContent, direct });
}

const CONTENT_KINDS = {
  lost: 'content_lost',
  added: 'content_added',
  changed: 'content_changed',
  reordered: 'content_reordered',
} as const satisfies Record<Exclude<ContentComparison['verdict'], 'equal'>, AnomalyKind>;

function contentMessage({ at, directLength, gatewayLength, verdict }: ContentComparison): string {
  const place = `at character ${at}`;
  if (verdict === 'lost') return `${directLength} characters are missing ${place}`;
  if (verdict === 'added') return `${gatewayLength} characters more ${place}`;
  if (verdict === 'reordered') return `the same pieces in another order, from character ${at} on`;
  return `${directLength} characters became ${gatewayLength} others ${place}`;
}

const USAGE_NAMES = {
  inputTokens: 'input tokens',
  cachedInputTokens: 'cached input tokens',
  outputTokens: 'output tokens',
  reasoningTokens: 'reasoning tokens',
} as const satisfies Record<keyof TokenUsage, string>;

function usageMessage(direct: TokenUsage | undefined, gateway: TokenUsage | undefined): string {
  if (direct === undefined) return '';
  if (gateway === undefined) return 'the usage is missing';
  const names = Object.keys(USAGE_NAMES) as (keyof TokenUsage)[];
  return names
    .filter((name) => direct[name] !== gateway[name])
    .map((name) => `${direct[name]} ${USAGE_NAMES[name]} became ${gateway[name]}`)
    .join(', ');
}

/** An outcome as a person reads it, with what it is by. */
export function endingOf({ error, outcome, status }: AnswerFacts): string {
  if (outcome === 'complete' || outcome === 'cancelled') return outcome;
  const word = outcome === 'http_error' ? `${status ?? ''}` : outcome;
  return error === undefined ? word : `${word} (${error})`;
}
