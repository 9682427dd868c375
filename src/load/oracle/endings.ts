/** Whether a client is told what its provider answered: how the upstream's last attempt ended, against how the client saw the request end. */
import { fateOf, type RequestAttempts } from './attempts.js';
import type { ClientRequest } from './client-log.js';
import type { EndingCount } from './result.js';

/** What leaves an answer visibly without its end: a client that sees a complete one is deceived. */
const CUT_SHORT = new Set([
  'disconnect',
  'stall',
  'error_event',
  'truncated_event',
  'malformed_json',
  'utf8_cut',
  'missing_terminal',
  'wrong_content_length',
  'no_answer',
]);

export interface EndingVerdict {
  readonly endings: readonly EndingCount[];
  /** Keys: the upstream broke off, and the client saw a complete answer. */
  readonly hidden: readonly string[];
  /** The upstream was right, and the client saw an error. */
  readonly spoilt: readonly string[];
  /** An error of the upstream's reached the client under another status. */
  readonly translated: readonly string[];
  /** Complete answers to requests that the upstream never saw. */
  readonly invented: readonly string[];
  /** Errors of requests that the upstream never saw. */
  readonly refused: readonly string[];
}

export function judgeEndings(requests: readonly RequestAttempts[]): EndingVerdict {
  const counts = new Map<string, EndingCount>();
  const verdict = { hidden: [], spoilt: [], translated: [], invented: [], refused: [] } as {
    [kind in Exclude<keyof EndingVerdict, 'endings'>]: string[];
  };
  for (const { attempts, request } of requests) {
    const last = attempts.at(-1);
    const upstream = last === undefined ? 'never_seen' : fateOf(last);
    const client = clientWord(request);
    const name = `${upstream} ${client}`;
    counts.set(name, { upstream, client, requests: (counts.get(name)?.requests ?? 0) + 1 });
    const kind = kindOf(request, upstream);
    if (kind !== undefined) verdict[kind].push(request.key);
  }
  const endings = [...counts.values()].sort((one, other) => other.requests - one.requests);
  return { endings, ...verdict };
}

function kindOf(request: ClientRequest, upstream: string): Exclude<keyof EndingVerdict, 'endings'> | undefined {
  const { outcome, status } = request;
  if (outcome === 'cancelled') return undefined;
  if (upstream === 'never_seen') return outcome === 'complete' ? 'invented' : 'refused';
  if (upstream === 'ok') return outcome === 'complete' ? undefined : 'spoilt';
  if (outcome === 'complete') return CUT_SHORT.has(upstream) ? 'hidden' : undefined;
  const isStatus = /^[45]\d\d$/.test(upstream);
  return isStatus && outcome === 'http_error' && String(status) !== upstream ? 'translated' : undefined;
}

function clientWord({ outcome, status }: ClientRequest): string {
  return outcome === 'http_error' && status !== undefined ? String(status) : outcome;
}
