/**
 * How many requests were admitted and how each of them ended: the few numbers that must add up over a node, whatever becomes of its
 * processes.
 *
 *   started = finished + aborted + failed + open, while a process lives
 *   started = finished + aborted + failed + lost, once it has died
 */
import type { MetricFamily, MetricsSnapshot } from './metric-family.js';

/** How a request ended: the answer was sent whole, the client went away first, or the simulator had to cut it. */
export const REQUEST_OUTCOMES = ['finished', 'aborted', 'failed'] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];
/** What was open in a process that died: nobody ended it, and nobody knows how much of it the client got. */
export const LOST = 'lost';

export type RequestBooks = { readonly [entry in 'started' | RequestOutcome]: number };

export const STARTED_METRIC = {
  name: 'llm_simulator_requests_started_total',
  help: 'Requests taken in, to be served at once or to wait in the queue',
};
export const ENDED_METRIC = {
  name: 'llm_simulator_requests_ended_total',
  help: 'Requests that ended, by outcome: finished, aborted (the client went away or stopped reading), failed (the simulator cut it), lost (its process died)',
};

/** The books as metrics; what is lost is nobody's own to tell. */
export function familiesOfBooks(books: RequestBooks, lost = 0): MetricFamily[] {
  const ended = REQUEST_OUTCOMES.map((outcome) => books[outcome]);
  return [
    counter(STARTED_METRIC, [], [[]], [books.started]),
    counter(
      ENDED_METRIC,
      ['outcome'],
      [...REQUEST_OUTCOMES, LOST].map((outcome) => [outcome]),
      [...ended, lost],
    ),
  ];
}

/** The last figures of a process that has died, in agreement with the last that it said of its books. */
export function settledFigures(figures: MetricsSnapshot, said: RequestBooks | undefined): MetricsSnapshot {
  const books = later(booksOf(figures), said);
  const others = figures.filter(({ name }) => name !== STARTED_METRIC.name && name !== ENDED_METRIC.name);
  const open = books.started - REQUEST_OUTCOMES.reduce((sum, outcome) => sum + books[outcome], 0);
  return [...others, ...familiesOfBooks(books, open)];
}

/** Books only grow, so the larger ones are the later ones. */
function later(figures: RequestBooks, said: RequestBooks | undefined): RequestBooks {
  const entries = (books: RequestBooks): number => Object.values(books).reduce((sum, count) => sum + count, 0);
  return said !== undefined && entries(said) > entries(figures) ? said : figures;
}

function booksOf(figures: MetricsSnapshot): RequestBooks {
  const started = figures.find(({ name }) => name === STARTED_METRIC.name);
  const ended = figures.find(({ name }) => name === ENDED_METRIC.name);
  const endedBy = (wanted: RequestOutcome): number =>
    ended?.numbers[ended.rows.findIndex(([outcome]) => outcome === wanted)] ?? 0;
  return {
    started: started?.numbers[0] ?? 0,
    finished: endedBy('finished'),
    aborted: endedBy('aborted'),
    failed: endedBy('failed'),
  };
}

function counter(
  metric: { readonly name: string; readonly help: string },
  labels: readonly string[],
  rows: readonly (readonly string[])[],
  values: readonly number[],
): MetricFamily {
  return { ...metric, type: 'counter', merge: 'sum', labels, rows, numbers: Float64Array.from(values) };
}
