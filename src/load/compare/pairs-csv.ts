/** A row for each pair, for those who judge by themselves. Times are milliseconds from each way's sending. */
import { type CsvCell, csvLine } from '../report/csv-line.js';
import { addedE2e, addedGap, addedTtft } from './added-delays.js';
import type { GroundedPair } from './basis.js';
import type { AnswerFacts } from './contract.js';

interface Column {
  readonly name: string;
  cell(pair: GroundedPair): CsvCell;
}

const column = (name: string, cell: Column['cell']): Column => ({ name, cell });

/** The same of both ways, with the way's name in front. */
function ofBoth(name: string, of: (answer: AnswerFacts) => CsvCell): readonly Column[] {
  return [
    column(`direct_${name}`, ({ facts }) => of(facts.direct)),
    column(`gateway_${name}`, ({ facts }) => of(facts.gateway)),
  ];
}

const COLUMNS: readonly Column[] = [
  column('key', ({ facts }) => facts.key),
  column('stream', ({ facts }) => facts.stream),
  column('first', ({ facts }) => (facts.directFirst ? 'direct' : 'gateway')),
  column('ground', ({ ground }) => ground),
  ...ofBoth('outcome', ({ outcome }) => outcome),
  ...ofBoth('status', ({ status }) => status),
  ...ofBoth('error', ({ error }) => error),
  ...ofBoth('headers_ms', ({ headersMs }) => headersMs),
  ...ofBoth('first_content_ms', ({ firstContentMs }) => firstContentMs),
  ...ofBoth('last_content_ms', ({ lastContentMs }) => lastContentMs),
  ...ofBoth('end_ms', ({ endMs }) => endMs),
  ...ofBoth('chunks', ({ chunks }) => chunks),
  ...ofBoth('output_tokens', ({ usage }) => usage?.outputTokens),
  // What the upstream itself was later on the gateway's way, which the added times are without.
  column('upstream_ttft_difference_ms', ({ upstreamTtftMs }) => rounded(upstreamTtftMs)),
  column('added_ttft_ms', (pair) => comparable(pair, addedTtft)),
  column('added_gap_ms', (pair) => comparable(pair, addedGap)),
  column('added_e2e_ms', (pair) => comparable(pair, addedE2e)),
  column('merged', ({ facts }) => facts.chunks?.merged),
  column('split', ({ facts }) => facts.chunks?.split),
  column('content', (pair) => (pair.ground === 'same_plan' ? pair.facts.content?.verdict : undefined)),
  column('upstream_requests', ({ entries }) => entries?.gateway.length),
];

/** The document, with a head. */
export function pairsCsv(pairs: readonly GroundedPair[]): string {
  const rows = pairs.map((pair) => csvLine(COLUMNS.map(({ cell }) => cell(pair))));
  return [csvLine(COLUMNS.map(({ name }) => name)), ...rows].join('');
}

function comparable(pair: GroundedPair, added: (pair: GroundedPair) => number | undefined): CsvCell {
  const ms = pair.ground === 'unknown' ? undefined : added(pair);
  return ms === undefined ? undefined : rounded(ms);
}

/** To the µs, which is what clients measure. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
