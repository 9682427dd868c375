/**
 * `npm run verify:conservation`: a node of two acceptors on which everything goes wrong that can, a client that sends it 50,000 mixed requests,
 * and the client's log, the journal and the metrics held against one another. Ends with exit code 1 when they differ by a single request.
 *
 *   npm run verify:conservation                     50,000 requests
 *   npm run verify:conservation -- --requests 5000  as many as one wants
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry } from '../../src/server/journal/journal-entry.js';
import { countOf, programArguments } from '../streams/program-arguments.js';
import { startConfigured } from '../streams/servers.js';
import { clientAgainstJournal, journalAgainstMetrics, readJournal, readMetrics } from './books.js';
import { type SeenReply, sendMixture } from './client.js';
import { spoiltConfiguration } from './configuration.js';

const PROCESSES = 2;
const LANES = 100;
/** Fewer than lanes, though several acceptors take a quarter more than their share. */
const PLACES = 70;
/** Differences that are printed; the rest is counted. */
const SHOWN_MAX = 20;

const HELP = `npm run verify:conservation -- [options]    client's log, journal and metrics against one another

  --requests 50000  requests that are sent
  --help

Exit code: 0 they agree, 1 they differ by at least one request, 2 the command line is wrong.`;

const values = programArguments(HELP, { requests: '50000' });
const requests = countOf('requests', values.requests, HELP);
process.exitCode = (await verify()) ? 0 : 1;

async function verify(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-conservation-'));
  const server = await startConfigured(spoiltConfiguration(PLACES, requests, PROCESSES), folder);
  const url = `http://127.0.0.1:${server.port}`;
  const startMs = performance.now();
  try {
    const seen = await sendMixture(server.port, 0, requests, LANES);
    const samples = await readMetrics(`${url}/metrics`);
    const entries = await readJournal(url);
    const differences = [...clientAgainstJournal(seen, entries), ...journalAgainstMetrics(entries, samples)];
    report(seen, entries, differences, (performance.now() - startMs) / 1_000);
    return differences.length === 0;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

function report(
  seen: readonly SeenReply[],
  entries: readonly JournalEntry[],
  differences: readonly string[],
  secs: number,
): void {
  console.log(`${seen.length} requests in ${secs.toFixed(1)} s, ${entries.length} entries of the journal`);
  console.log(
    `client: ${tally(seen.map(({ end }) => end))}; status ${tally(seen.map(({ status }) => String(status)))}`,
  );
  console.log(`processes: ${tally(entries.map(({ process }) => String(process)))}`);
  console.log(
    `outcomes: ${tally(entries.map(({ outcome }) => outcome))}; refused by a limit: ${count(entries, 'limited_by')}`,
  );
  console.log(`faults: ${tally(entries.flatMap(({ fault }) => fault ?? []))}`);
  for (const difference of differences.slice(0, SHOWN_MAX)) console.log(`DIFFERS ${difference}`);
  console.log(
    differences.length === 0
      ? 'The client’s log, the journal and the metrics agree exactly.'
      : `${differences.length} differences.`,
  );
}

function count(entries: readonly JournalEntry[], key: 'limited_by'): number {
  return entries.filter((entry) => entry[key] !== null).length;
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([word, number]) => `${word} ${number}`)
    .join(', ');
}
