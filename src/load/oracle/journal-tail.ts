/**
 * Reads from an upstream simulator's admin API what it did since a moment. The moment is a place in the journal, not a time: clocks of two
 * machines need not agree. The journal keeps only the last entries of every process, so a long run reads on while it goes; what was
 * overwritten before it could be read is counted, not hidden.
 */
import { Failure } from '../../kernel/failure.js';
import { type UpstreamEntry, upstreamEntry } from './journal-entry.js';

/** The most that the admin API gives at once. */
const PAGE_ENTRIES = 1_000;
/** A page of entries with recorded bodies has some 8 MB; what is far beyond is no journal. */
const PAGE_BYTES_MAX = 64 * 1024 * 1024;
/** An entry takes some 500 bytes here. */
const ENTRIES_MAX = 500_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Between two looks for what has not ended yet. */
const POLL_MS = 50;

export interface Upstream {
  /** Of the simulator itself, without a path. */
  readonly url: string;
  /** Its `admin.api_key`, where it has one. */
  readonly adminKey?: string | undefined;
}

interface ProcessCounts {
  readonly process: number;
  readonly recorded: number;
}

interface Page {
  readonly entries: readonly unknown[];
  readonly nextCursor: string | undefined;
  readonly tailCursor: string;
  readonly processes: readonly ProcessCounts[];
}

export class JournalTail {
  readonly #upstream: Upstream;
  readonly #entries: UpstreamEntry[] = [];
  /** Requests that each process had recorded when the tail began; of one that came later, 0. */
  readonly #before: ReadonlyMap<number, number>;
  readonly #read = new Map<number, number>();
  #recorded: readonly ProcessCounts[];
  #cursor: string;
  #isReading = false;

  private constructor(upstream: Upstream, { processes, tailCursor }: Page) {
    this.#upstream = upstream;
    this.#before = new Map(processes.map(({ process, recorded }) => [process, recorded]));
    this.#recorded = processes;
    this.#cursor = tailCursor;
  }

  /**
   * What ends from now on.
   * @throws Failure UPSTREAM_UNREADABLE where no journal answers
   */
  static async open(upstream: Upstream): Promise<JournalTail> {
    return new JournalTail(upstream, await readPage(upstream, 'limit=1'));
  }

  /** Of requests that ended since the tail began, in the order in which they ended. */
  get entries(): readonly UpstreamEntry[] {
    return this.#entries;
  }

  /** Entries that were overwritten before they were read, or are beyond the bound. */
  get lost(): number {
    let lost = 0;
    for (const { process, recorded } of this.#recorded) {
      const ended = recorded - (this.#before.get(process) ?? 0);
      // A journal that was cleared, or a process that was replaced, counts anew.
      lost += Math.max(0, (ended < 0 ? recorded : ended) - (this.#read.get(process) ?? 0));
    }
    return lost;
  }

  /**
   * Reads what has ended since the last time. A call while another one reads does nothing.
   * @throws Failure UPSTREAM_UNREADABLE
   */
  async poll(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (;;) {
        const page = await readPage(this.#upstream, `limit=${PAGE_ENTRIES}&cursor=${encodeURIComponent(this.#cursor)}`);
        this.#recorded = page.processes;
        this.#cursor = page.nextCursor ?? this.#cursor;
        for (const document of page.entries) this.#keep(document);
        if (page.entries.length === 0 || this.#entries.length >= ENTRIES_MAX) return;
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** Polls until enough has ended, or the time is over. @returns whether it has */
  async pollUntil(isEnough: (entries: readonly UpstreamEntry[]) => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      await this.poll();
      if (isEnough(this.#entries)) return true;
      if (performance.now() >= deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #keep(document: unknown): void {
    const entry = upstreamEntry(document);
    if (entry === undefined || this.#entries.length >= ENTRIES_MAX) return;
    this.#read.set(entry.process, (this.#read.get(entry.process) ?? 0) + 1);
    this.#entries.push(entry);
  }
}

async function readPage(upstream: Upstream, query: string): Promise<Page> {
  const { adminKey, url } = upstream;
  const headers: { readonly [name: string]: string } =
    adminKey === undefined ? {} : { authorization: `Bearer ${adminKey}` };
  const target = `${url.replace(/\/+$/, '')}/admin/journal?${query}`;
  let response: Response;
  let text: string;
  try {
    response = await fetch(target, { headers, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    text = await readText(response);
  } catch (cause) {
    const hint = 'Is this the address of the simulator, not of the gateway, and does it run?';
    throw new Failure('UPSTREAM_UNREADABLE', `The journal of ${url} cannot be read: ${wordsOf(cause)}`, {
      hint,
      cause,
    });
  }
  const page = response.ok ? pageOf(text) : undefined;
  if (page !== undefined) return page;
  throw new Failure('UPSTREAM_UNREADABLE', `${url} gives no journal: ${response.status} ${text.slice(0, 200).trim()}`, {
    hint: hintFor(response.status),
  });
}

function hintFor(status: number): string {
  if (status === 401) return "Give the simulator's admin.api_key.";
  if (status === 403) return 'admin.allowed_ips of the simulator leaves this machine out.';
  return 'It has to be a simulator with admin.enabled and telemetry.journal.enabled.';
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > PAGE_BYTES_MAX) throw new Error(`the answer has more than ${PAGE_BYTES_MAX} bytes`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** fetch says "fetch failed" and keeps the reason behind it. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message || cause.cause.name : cause.message;
}

function pageOf(text: string): Page | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  const { entries, next_cursor, processes, tail_cursor } = document as { readonly [name: string]: unknown };
  if (!Array.isArray(entries) || !Array.isArray(processes) || typeof tail_cursor !== 'string') return undefined;
  return {
    entries,
    nextCursor: typeof next_cursor === 'string' ? next_cursor : undefined,
    tailCursor: tail_cursor,
    processes: processes.flatMap((each) =>
      Number.isInteger(each?.process) && Number.isInteger(each?.recorded)
        ? [{ process: each.process, recorded: each.recorded }]
        : [],
    ),
  };
}
