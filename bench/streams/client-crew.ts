/**
 * One load client to the measuring process, though it may be several processes: the files that one may open bound its streams. Each
 * takes its share of the streams; their figures are added up, and slip is of all streams together.
 */
import { join } from 'node:path';
import { ClientProcess } from './client-process.js';
import { type DelayFigures, LatencyHistogram } from './latency-histogram.js';
import {
  DEFECT_KINDS_MAX,
  type FromClient,
  type LoadPlan,
  type StreamTotals,
  type ToClient,
  type WindowFigures,
} from './load-messages.js';

const ENTRY = join(import.meta.dirname, 'load-client.ts');

/** What all clients saw in the window. */
export interface CrewWindow extends Omit<WindowFigures, 'slip' | 'clientCpuShare'> {
  /** Arrival of a token against its place on the stream's own grid. */
  readonly slip: DelayFigures;
  /** Of one core, of the busiest client: it is the limit near 1. */
  readonly clientCpuShare: number;
}

type Answer<Kind extends FromClient['kind']> = Extract<FromClient, { kind: Kind }>;

export class ClientCrew {
  readonly #clients: readonly ClientProcess<ToClient, FromClient>[];

  /** @param core where the processes run; anywhere when undefined */
  constructor(processes: number, core: string | undefined) {
    this.#clients = Array.from({ length: processes }, () => new ClientProcess<ToClient, FromClient>(ENTRY, core));
  }

  async loaded(): Promise<void> {
    await this.#hear('loaded', 0);
  }

  open(plan: Omit<LoadPlan, 'streamsBefore'>): void {
    const share = plan.streams / this.#clients.length;
    for (const [index, client] of this.#clients.entries()) {
      const streamsBefore = Math.round(index * share);
      const streams = Math.round((index + 1) * share) - streamsBefore;
      client.tell({ kind: 'open', plan: { ...plan, streams, streamsBefore } });
    }
  }

  /** From the first connection to the last stream's response headers, ms. */
  async opened(plannedMs: number): Promise<number> {
    return Math.max(...(await this.#hear('all_open', plannedMs)).map(({ elapsedMs }) => elapsedMs));
  }

  async streaming(plannedMs: number): Promise<void> {
    await this.#hear('all_streaming', plannedMs);
  }

  async ended(plannedMs: number): Promise<void> {
    await this.#hear('all_ended', plannedMs);
  }

  beginWindow(): void {
    this.#tell({ kind: 'begin_window' });
  }

  /** Call once. */
  async endWindow(): Promise<CrewWindow> {
    this.#tell({ kind: 'end_window' });
    return windowOf(await this.#hear('window', 0));
  }

  /** Ends the clients' work. Call once. */
  async close(): Promise<StreamTotals> {
    this.#tell({ kind: 'close' });
    return totalsOf(await this.#hear('totals', 0));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.stop()));
  }

  #tell(message: ToClient): void {
    for (const client of this.#clients) client.tell(message);
  }

  #hear<Kind extends FromClient['kind']>(kind: Kind, plannedMs: number): Promise<Answer<Kind>[]> {
    return Promise.all(this.#clients.map((client) => client.hear(kind, plannedMs)));
  }
}

export function windowOf(windows: readonly WindowFigures[]): CrewWindow {
  const slip = new LatencyHistogram();
  for (const window of windows) slip.add(window.slip);
  const sum = (figure: (window: WindowFigures) => number) =>
    windows.reduce((total, window) => total + figure(window), 0);
  return {
    // The windows overlap but for the time that a message takes.
    seconds: sum(({ seconds }) => seconds) / windows.length,
    fromUs: Math.min(...windows.map(({ fromUs }) => fromUs)),
    toUs: Math.max(...windows.map(({ toUs }) => toUs)),
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
    reads: sum(({ reads }) => reads),
    clientCpuShare: Math.max(...windows.map(({ clientCpuShare }) => clientCpuShare)),
    slip: slip.figures(),
  };
}

function totalsOf(parts: readonly StreamTotals[]): StreamTotals {
  const sum = (figure: (part: StreamTotals) => number) => parts.reduce((total, part) => total + figure(part), 0);
  const defects: { [defect: string]: number } = {};
  for (const [defect, count] of parts.flatMap((part) => Object.entries(part.defects))) {
    const kind = defect in defects || Object.keys(defects).length < DEFECT_KINDS_MAX ? defect : 'other';
    defects[kind] = (defects[kind] ?? 0) + count;
  }
  return {
    events: sum(({ events }) => events),
    complete: sum(({ complete }) => complete),
    broken: sum(({ broken }) => broken),
    open: sum(({ open }) => open),
    defects,
  };
}
