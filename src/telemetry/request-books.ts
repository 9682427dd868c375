/**
 * How many requests were admitted and how each of them ended: the few numbers that must add up over a node, whatever becomes of its
 * processes.
 *
 *   started = finished + aborted + failed + open, while a process lives
 *   started = finished + aborted + failed + lost, once it has died
 */
import type { MetricsSnapshot } from './metrics.js';

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

/** The last figures of a process that has died, in agreement with the last that it said of its books. */
export function settledFigures(figures: MetricsSnapshot, said: RequestBooks | undefined): MetricsSnapshot {
  const books = later(booksOf(figures), said);
  const others = figures.filter(({ name }) => name !== STARTED_METRIC.name && name !== ENDED_METRIC.name);
  const open = books.started - REQUEST_OUTCOMES.reduce((sum, outcome) => sum + books[outcome], 0);
  const ended = REQUEST_OUTCOMES.map((outcome) => ({ value: books[outcome], labels: { outcome } }));
  return [
    ...others,
    counter(STARTED_METRIC, [{ value: books.started, labels: {} }]),
    counter(ENDED_METRIC, [...ended, { value: open, labels: { outcome: LOST } }]),
  ];
}

/** Books only grow, so the larger ones are the later ones. */
function later(figures: RequestBooks, said: RequestBooks | undefined): RequestBooks {
  const entries = (books: RequestBooks): number => Object.values(books).reduce((sum, count) => sum + count, 0);
  return said !== undefined && entries(said) > entries(figures) ? said : figures;
}

function booksOf(figures: MetricsSnapshot): RequestBooks {
  const books = { started: 0, finished: 0, aborted: 0, failed: 0 };
  for (const { name, value, outcome } of samplesOf(figures)) {
    if (name === STARTED_METRIC.name) books.started += value;
    else if (name === ENDED_METRIC.name) for (const own of REQUEST_OUTCOMES) if (own === outcome) books[own] += value;
  }
  return books;
}

interface Sample {
  readonly value: number;
  readonly labels: { readonly [label: string]: string };
}

function samplesOf(figures: MetricsSnapshot): { name: string; value: number; outcome: string | undefined }[] {
  return figures.flatMap((metric) =>
    (metric as unknown as { readonly values: readonly Sample[] }).values.map(({ value, labels }) => ({
      name: metric.name,
      value,
      outcome: labels.outcome,
    })),
  );
}

/** As prom-client gives a counter. */
function counter({ name, help }: { name: string; help: string }, values: readonly Sample[]): MetricsSnapshot[number] {
  return { name, help, type: 'counter', values, aggregator: 'sum' } as unknown as MetricsSnapshot[number];
}
