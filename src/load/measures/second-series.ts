/**
 * A run second by second, from its start, the warm-up included. Records come when a request has ended, by several threads that report at their
 * own times, so a handful of seconds are open at once:
 *
 *   closed: figures alone        open: histograms of delays        to come
 *   0 ───────────────────────────┬──────────────────────────────┬─────────
 *
 * Invariants: counts of a second are exact however late a record comes; its percentiles leave out what came after OPEN_SECONDS_MAX later
 * seconds had begun. What ends after SECONDS_MAX is not in the series.
 */
import type { RequestRecord } from '../contract.js';
import type { SecondFigures } from '../result.js';
import { inMs } from './delay-figures.js';
import { e2eUs, lateUs, ttftUs } from './delays-of-record.js';
import { addGaps, isError } from './mix-measures.js';
import { ValueHistogram } from './value-histogram.js';

/** A day: beyond it a series of seconds is nothing that anybody could look at. */
const SECONDS_MAX = 86_400;
/** Threads report several times a second; one that is later than this has been held up for long, which the run's validity says. */
const OPEN_SECONDS_MAX = 16;
const US_PER_SECOND = 1e6;

/** Keys as in a document, so that a second that is closed is told by copying it. */
interface Quantiles {
  readonly ttft_p50_ms: number | null;
  readonly ttft_p99_ms: number | null;
  readonly itl_p50_ms: number | null;
  readonly itl_p99_ms: number | null;
  readonly e2e_p50_ms: number | null;
  readonly e2e_p99_ms: number | null;
  readonly late_p99_ms: number | null;
}

interface Second {
  started: number;
  finished: number;
  errors: number;
  outputTokens: number;
  quantiles: Quantiles;
}

interface OpenSecond {
  readonly ttft: ValueHistogram;
  readonly itl: ValueHistogram;
  readonly e2e: ValueHistogram;
  readonly late: ValueHistogram;
}

const NO_QUANTILES: Quantiles = {
  ttft_p50_ms: null,
  ttft_p99_ms: null,
  itl_p50_ms: null,
  itl_p99_ms: null,
  e2e_p50_ms: null,
  e2e_p99_ms: null,
  late_p99_ms: null,
};

export class SecondSeries {
  readonly #seconds: Second[] = [];
  readonly #open = new Map<number, OpenSecond>();
  /** Seconds up to this one are closed. */
  #closed = -1;
  #spare: OpenSecond | undefined;

  add(record: RequestRecord): void {
    const started = this.#second(Math.floor(record.sentUs / US_PER_SECOND));
    if (started !== undefined) started.started++;
    const number = Math.floor((record.sentUs + record.endUs) / US_PER_SECOND);
    const ended = this.#second(number);
    if (ended === undefined) return;
    ended.finished++;
    if (isError(record.outcome)) ended.errors++;
    ended.outputTokens += record.usage?.outputTokens ?? 0;
    const open = this.#openSecond(number);
    if (open !== undefined) addDelays(record, open);
  }

  /** From second 0 to the last in which something began or ended. */
  figures(): SecondFigures[] {
    let inFlight = 0;
    return this.#seconds.map(({ started, finished, errors, outputTokens, quantiles }, second) => {
      inFlight += started - finished;
      const open = this.#open.get(second);
      return {
        second,
        started,
        in_flight: inFlight,
        finished,
        errors,
        output_tokens: outputTokens,
        ...(open === undefined ? quantiles : quantilesOf(open)),
      };
    });
  }

  #second(number: number): Second | undefined {
    if (number < 0 || number >= SECONDS_MAX) return undefined;
    while (this.#seconds.length <= number) {
      this.#seconds.push({ started: 0, finished: 0, errors: 0, outputTokens: 0, quantiles: NO_QUANTILES });
    }
    return this.#seconds[number];
  }

  #openSecond(number: number): OpenSecond | undefined {
    if (number <= this.#closed) return undefined;
    const known = this.#open.get(number);
    if (known !== undefined) return known;
    if (this.#open.size === OPEN_SECONDS_MAX) this.#close(Math.min(...this.#open.keys()));
    if (number <= this.#closed) return undefined;
    const opened = this.#spare ?? {
      ttft: new ValueHistogram(),
      itl: new ValueHistogram(),
      e2e: new ValueHistogram(),
      late: new ValueHistogram(),
    };
    this.#spare = undefined;
    this.#open.set(number, opened);
    return opened;
  }

  #close(number: number): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#seconds[number].quantiles = quantilesOf(open);
    this.#open.delete(number);
    this.#closed = number;
    for (const delays of [open.ttft, open.itl, open.e2e, open.late]) delays.clear();
    this.#spare = open;
  }
}

function addDelays(record: RequestRecord, { ttft, itl, e2e, late }: OpenSecond): void {
  late.add(lateUs(record));
  if (record.outcome !== 'complete') return;
  e2e.add(e2eUs(record));
  const firstUs = ttftUs(record);
  if (firstUs !== undefined) ttft.add(firstUs);
  if (record.stream) addGaps(record.chunkTimesUs, itl);
}

function quantilesOf({ ttft, itl, e2e, late }: OpenSecond): Quantiles {
  const [ttftP50, ttftP99] = told(ttft);
  const [itlP50, itlP99] = told(itl);
  const [e2eP50, e2eP99] = told(e2e);
  return {
    ttft_p50_ms: ttftP50,
    ttft_p99_ms: ttftP99,
    itl_p50_ms: itlP50,
    itl_p99_ms: itlP99,
    e2e_p50_ms: e2eP50,
    e2e_p99_ms: e2eP99,
    late_p99_ms: told(late)[1],
  };
}

function told(delays: ValueHistogram): (number | null)[] {
  return delays.count === 0 ? [null, null] : delays.quantiles([50, 99]).map(inMs);
}
