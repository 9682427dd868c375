/**
 * What becomes of requests whose client leaves: a gateway that does not pass it on lets the provider go on, for money.
 *
 * The client's clock and the upstream's differ by an amount that nobody knows. It is taken from the request that was the quickest from one to
 * the other, so a delay here is what a cancellation took longer than that one took on its way.
 */
import { fateOf, type RequestAttempts } from './attempts.js';
import type { ClientRequest } from './client-log.js';
import type { CancellationFigures } from './result.js';
import { spreadOf } from './spread.js';

export interface CancellationVerdict {
  readonly cancellations: CancellationFigures;
  /** Keys of requests that ran on. */
  readonly ranOn: readonly string[];
}

/** Whether its client did not stay to its end, on purpose or by its timeout. */
export function hasLeft({ outcome }: ClientRequest): boolean {
  return outcome === 'cancelled' || outcome === 'timeout';
}

export function judgeCancellations(requests: readonly RequestAttempts[]): CancellationVerdict {
  const offsetUs = clockOffsetUs(requests);
  const ranOn: string[] = [];
  const delaysMs: number[] = [];
  const wastedMs: number[] = [];
  let left = 0;
  let unseen = 0;
  let withoutMeaning = 0;
  for (const { attempts, request } of requests) {
    if (!hasLeft(request)) continue;
    left++;
    const last = attempts.at(-1);
    if (last === undefined) {
      unseen++;
      continue;
    }
    const behindUs = last.endedUs - (request.endedUs + offsetUs);
    if (fateOf(last) === 'given_up') {
      delaysMs.push(Math.max(0, behindUs) / 1_000);
    } else if (behindUs > 0) {
      ranOn.push(request.key);
      wastedMs.push(behindUs / 1_000);
    } else {
      withoutMeaning++;
    }
  }
  const cancellations = {
    client_left: left,
    reached_upstream: delaysMs.length,
    ran_on: ranOn.length,
    unseen,
    without_meaning: withoutMeaning,
    delay: spreadOf(delaysMs),
    wasted: spreadOf(wastedMs),
  };
  return { cancellations, ranOn };
}

/** What is to be added to a time of the client's for one of the upstream's; 0 where no request tells. */
function clockOffsetUs(requests: readonly RequestAttempts[]): number {
  let leastUs = Number.POSITIVE_INFINITY;
  for (const { attempts, request } of requests) {
    const first = attempts[0];
    if (first !== undefined) leastUs = Math.min(leastUs, first.arrivedUs - request.sentUs);
  }
  return Number.isFinite(leastUs) ? leastUs : 0;
}
