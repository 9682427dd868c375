/**
 * The three books on a mixture: the client's log, the journal and the metrics. What each must say given the others is written down here, and
 * every difference comes as a line of words; none means that they agree exactly.
 */
import type { JournalEntry } from '../../src/server/journal/journal-entry.js';
import type { SeenReply } from './client.js';
import { CANARY, KEY_CANARY, LIMITED_KEY } from './mixture.js';

/** A counter's samples: labels in braces, as written, and the value. */
export type Samples = ReadonlyMap<string, number>;

/** All entries of the journal, page by page. @throws Error for an answer that is no page */
export async function readJournal(url: string): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const response: Response = await fetch(
      `${url}/admin/journal?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    const text = await response.text();
    if (response.status !== 200) throw new Error(`the journal answers ${response.status}: ${text}`);
    for (const secret of [CANARY, KEY_CANARY, LIMITED_KEY])
      if (text.includes(secret)) throw new Error(`the journal holds ${secret}`);
    const page = JSON.parse(text) as { entries: JournalEntry[]; next_cursor: string | null };
    entries.push(...page.entries);
    cursor = page.next_cursor;
  }
  return entries;
}

/** Waits until nothing is open, so that every request is in the books. @param metricsUrl where they are asked for */
export async function readMetrics(metricsUrl: string): Promise<Samples> {
  for (;;) {
    const samples = samplesOf(await (await fetch(metricsUrl)).text());
    if (sum(samples, 'llm_simulator_active_requests') === 0) return samples;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The differences between the client's log and the journal. */
export function clientAgainstJournal(seen: readonly SeenReply[], entries: readonly JournalEntry[]): string[] {
  const differences: string[] = [];
  const byId = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const id = entry.request_id ?? '';
    byId.set(id, [...(byId.get(id) ?? []), entry]);
  }
  for (const reply of seen) {
    const own = byId.get(reply.id) ?? [];
    byId.delete(reply.id);
    if (own.length !== 1) differences.push(`${reply.id} is in the journal ${own.length} times`);
    else differences.push(...between(reply, own[0]).map((what) => `${reply.id}: ${what}: ${say(reply, own[0])}`));
  }
  for (const id of byId.keys()) differences.push(`${id} is in the journal and was not sent`);
  return differences;
}

function between({ bytes, end, status }: SeenReply, entry: JournalEntry): string[] {
  const wrong: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };
  check(status === (entry.status ?? 0), 'the status differs');
  if (end === 'complete') {
    const madeRoom = entry.outcome === 'failed' && entry.cause === 'overloaded';
    check(entry.outcome === 'finished' || entry.outcome === 'refused' || madeRoom, 'a reply that came whole was cut');
    const exact = entry.fault !== 'wrong_content_length';
    check(exact ? bytes === entry.bytes : bytes <= entry.bytes, 'the number of bytes differs');
  } else {
    check(bytes <= entry.bytes, 'more bytes came than were sent');
    if (end === 'left') check(entry.outcome !== 'failed', 'a client that left was cut');
    else check(entry.fault !== null && entry.outcome === 'finished', 'a reply broke off without a fault');
  }
  return wrong;
}

function say(reply: SeenReply, { bytes, fault, outcome, plan, status }: JournalEntry): string {
  return JSON.stringify({ client: reply, journal: { status, outcome, bytes, fault, ending: plan?.ending } });
}

/** The differences between the journal and the metrics, which began together. */
export function journalAgainstMetrics(entries: readonly JournalEntry[], samples: Samples): string[] {
  const admitted = entries.filter(({ outcome }) => outcome !== 'refused');
  const success = entries.filter(({ model, result }) => result === 'success' && model !== null);
  const tokens = (of: (entry: JournalEntry) => number): number =>
    success.reduce((total, entry) => total + of(entry), 0);
  const expected: [name: string, groups: ReadonlyMap<string, number>][] = [
    ['requests_total', counted(entries, ({ model, result }) => `{model="${model ?? 'other'}",status="${result}"}`)],
    ['requests_started_total', new Map([['', admitted.length]])],
    ['requests_ended_total', counted(admitted, ({ outcome }) => `{outcome="${outcome}"}`)],
    ['errors_total', counted(entries, ({ error }) => error && `{type="${error}"}`)],
    ['faults_total', counted(entries, ({ fault }) => fault && `{kind="${fault}"}`)],
    ['rate_limited_total', counted(entries, ({ limited_by }) => limited_by && `{limit="${limited_by}"}`)],
    ['chunks_total', new Map([['', entries.reduce((total, { chunks }) => total + chunks, 0)]])],
    ['cached_tokens_total', new Map([['', tokens(({ plan }) => plan?.cached_tokens ?? 0)]])],
    [
      'tokens_total',
      new Map([['', tokens(({ plan }) => (plan?.prompt_tokens ?? 0) + (plan?.completion_tokens ?? 0))]]),
    ],
  ];
  return expected.flatMap(([name, groups]) => differ(`llm_simulator_${name}`, groups, samples));
}

function differ(name: string, groups: ReadonlyMap<string, number>, samples: Samples): string[] {
  const differences: string[] = [];
  for (const [labels, count] of groups) {
    const value = labels === '' ? sum(samples, name) : (samples.get(name + labels) ?? 0);
    if (value !== count) differences.push(`${name}${labels} is ${value}, and the journal has ${count}`);
  }
  const total = [...groups.values()].reduce((left, right) => left + right, 0);
  if (sum(samples, name) !== total)
    differences.push(`${name} adds up to ${sum(samples, name)}, the journal to ${total}`);
  return differences;
}

/** How many entries are of each group; an entry without one is in none. */
function counted(
  entries: readonly JournalEntry[],
  groupOf: (entry: JournalEntry) => string | null,
): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  for (const entry of entries) {
    const group = groupOf(entry);
    if (group !== null) groups.set(group, (groups.get(group) ?? 0) + 1);
  }
  return groups;
}

function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

function sum(samples: Samples, name: string): number {
  let total = 0;
  for (const [sample, value] of samples) if (sample.split('{')[0] === name) total += value;
  return total;
}
