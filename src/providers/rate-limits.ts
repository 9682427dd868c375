/**
 * What the providers' words about rate limits have in common: which figures a header tells, how long a client is to wait, and figures for a
 * refusal that nobody has counted, such as one that a fault asks for.
 */
import type { LimitDimension, LimitReport, LimitStanding } from '../limits/contract.js';
import type { HttpProblem, RateLimitDetails } from './contract.js';

export type RateLimited = Extract<HttpProblem, { kind: 'rate_limited' }>;

/** What a client that is turned away because of load is told to wait where nobody knows better. */
const OVERLOAD_RETRY_SECS = 1;

const US_PER_SEC = 1_000_000;
const MINUTE_SECS = 60;
const DAY_SECS = 86_400;
/** What a request of usual size is estimated at, and how many fit a limit that asks for no wait. */
const PLAUSIBLE_TOKENS = 1_000;
const PLAUSIBLE_REQUESTS = 10;

/** How the first of the dimensions that has a limit stands. */
export function standingOf(
  { standings }: Pick<LimitReport, 'standings'>,
  ...dimensions: readonly LimitDimension[]
): LimitStanding | undefined {
  for (const dimension of dimensions) {
    const found = standings.find((standing) => standing.dimension === dimension);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The dimensions that count requests over time, in the provider's order, but for the one that a request was refused by, which comes first. */
export function requestDimensions(
  usual: readonly LimitDimension[],
  refused: LimitDimension | undefined,
): LimitDimension[] {
  return usual.toSorted((left, right) => Number(right === refused) - Number(left === refused));
}

/** In whole seconds, rounded up. */
export function wholeSecs(us: number): number {
  return Math.ceil(us / US_PER_SEC);
}

/** In whole milliseconds, rounded up. */
export function wholeMs(us: number): number {
  return Math.ceil(us / 1_000);
}

/** Whether the dimension counts tokens; the others count requests. */
export function countsTokens(dimension: LimitDimension): boolean {
  return dimension.endsWith('tokens_per_minute');
}

/** `retry-after` of a refusal because of load. */
export function overloadHeaders(problem: HttpProblem): readonly string[] {
  const secs = problem.kind === 'overloaded' ? problem.retryAfterSecs : undefined;
  return ['retry-after', String(secs ?? OVERLOAD_RETRY_SECS)];
}

/** `retry-after` and `retry-after-ms`; nothing where no wait is known to help. */
export function retryHeaders(retryAfterUs: number | undefined): string[] {
  if (retryAfterUs === undefined) return [];
  return ['retry-after', String(wholeSecs(retryAfterUs)), 'retry-after-ms', String(wholeMs(retryAfterUs))];
}

/**
 * What the problem tells, or figures that lead to the wait that it asks for: of a limit per minute that is used up and comes back at its
 * own rate, or, for a longer wait, of a limit of requests per day.
 */
export function detailsOf({ details, model, retryAfterSecs, limit = 'requests' }: RateLimited): RateLimitDetails {
  if (details !== undefined) return details;
  const dimension = plausibleDimension(retryAfterSecs, limit);
  const windowSecs = dimension === 'requests_per_day' ? DAY_SECS : MINUTE_SECS;
  const requested = limit === 'tokens' ? PLAUSIBLE_TOKENS : 1;
  const fitting = retryAfterSecs === 0 ? PLAUSIBLE_REQUESTS : Math.max(1, Math.floor(windowSecs / retryAfterSecs));
  const total = fitting * requested;
  const retryAfterUs = retryAfterSecs * US_PER_SEC;
  return {
    refusal: { dimension, limit: total, used: total, requested, retryAfterUs },
    report: { model, standings: [{ dimension, limit: total, remaining: 0, resetUs: retryAfterUs }] },
  };
}

function plausibleDimension(retryAfterSecs: number, limit: 'requests' | 'tokens'): LimitDimension {
  if (limit === 'tokens') return 'tokens_per_minute';
  return retryAfterSecs > MINUTE_SECS ? 'requests_per_day' : 'requests_per_minute';
}
