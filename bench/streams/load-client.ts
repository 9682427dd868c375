/**
 * The load client, a process of its own: opens many streams over plain sockets, counts their events, and measures how late each
 * token arrives. Does what load-messages.ts says.
 *
 * Lateness: with a constant gap I, token k of a stream belongs at base + k·I, where base is the least arrival(k) − k·I seen on that
 * stream so far. That needs no common clock and no help from the server, and grows without bound when a server falls behind.
 */
import { connect, type Socket } from 'node:net';
import { EventStreamReader } from './event-stream-reader.js';
import { LatencyHistogram } from './latency-histogram.js';
import {
  DEFECT_KINDS_MAX,
  type FromClient,
  type LoadPlan,
  type StreamTotals,
  type ToClient,
  type WindowFigures,
} from './load-messages.js';

/** Connections that wait for the server's accept at a time; more would measure the kernel's backlog. */
const CONNECTING_MAX = 512;
/** As short as can be: streams that open together have their tokens together. */
const RAMP_STEP_MS = 1;
/** Ports that one source address lends to one destination, with room for others. */
const PORTS_PER_ADDRESS = 14_000;
/** One for all sockets: a read is looked at before the next one happens. */
const READ_BUFFER = Buffer.alloc(64 * 1024);

interface Stream {
  readonly socket: Socket;
  readonly reader: EventStreamReader;
  events: number;
  /** The least arrival(k) − k·I so far. */
  baseMs: number;
  /** Its response headers have come. */
  open: boolean;
  settled: boolean;
}

class LoadClient {
  readonly #plan: LoadPlan;
  readonly #streams: Stream[] = [];
  readonly #slip = new LatencyHistogram();
  readonly #defects = new Map<string, number>();
  #connecting = 0;
  #opening = 0;
  #openStartMs = 0;
  #streaming = 0;
  #complete = 0;
  #broken = 0;
  #events = 0;
  #inWindow = false;
  #windowStartUs = 0;
  #windowCpu = process.cpuUsage();
  #windowEvents = 0;
  #windowBytes = 0;
  #windowReads = 0;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
  }

  open(): void {
    const { streams, rampMs } = this.#plan;
    const startMs = performance.now();
    this.#openStartMs = startMs;
    this.#opening = streams;
    const timer = setInterval(() => {
      const due = Math.min(streams, Math.ceil(((performance.now() - startMs) / Math.max(1, rampMs)) * streams));
      while (this.#streams.length < due && this.#connecting < CONNECTING_MAX) this.#openStream();
      if (this.#streams.length === streams) clearInterval(timer);
    }, RAMP_STEP_MS);
  }

  beginWindow(): void {
    this.#slip.reset();
    this.#windowEvents = 0;
    this.#windowBytes = 0;
    this.#windowReads = 0;
    this.#windowCpu = process.cpuUsage();
    this.#windowStartUs = monotonicUs();
    this.#inWindow = true;
  }

  endWindow(): WindowFigures {
    this.#inWindow = false;
    const toUs = monotonicUs();
    const seconds = (toUs - this.#windowStartUs) / 1e6;
    const cpu = process.cpuUsage(this.#windowCpu);
    return {
      seconds,
      fromUs: this.#windowStartUs,
      toUs,
      events: this.#windowEvents,
      bytes: this.#windowBytes,
      reads: this.#windowReads,
      clientCpuShare: (cpu.user + cpu.system) / 1e6 / seconds,
      slip: this.#slip.counts(),
    };
  }

  totals(): StreamTotals {
    return {
      events: this.#events,
      complete: this.#complete,
      broken: this.#broken,
      open: this.#streams.length - this.#complete - this.#broken,
      defects: Object.fromEntries(this.#defects),
    };
  }

  /** With RST, so that thousands of ports do not stay in TIME_WAIT for the next run. */
  reset(): void {
    for (const { socket } of this.#streams) if (!socket.destroyed) socket.resetAndDestroy();
  }

  #openStream(): void {
    const { host, port, request, streamsBefore } = this.#plan;
    const index = this.#streams.length;
    const address = Math.floor((streamsBefore + index) / PORTS_PER_ADDRESS);
    const socket = connect({
      host,
      port,
      noDelay: true,
      ...(address > 0 && { localAddress: `127.0.0.${address + 1}` }),
      onread: {
        buffer: READ_BUFFER,
        callback: (length) => {
          this.#read(stream, length);
          return true;
        },
      },
    });
    const stream: Stream = {
      socket,
      reader: new EventStreamReader(),
      events: 0,
      baseMs: Number.POSITIVE_INFINITY,
      open: false,
      settled: false,
    };
    this.#streams.push(stream);
    this.#connecting++;
    let failure = 'closed before its end';
    let waiting = true;
    socket.once('connect', () => {
      waiting = false;
      this.#connecting--;
      socket.write(request, 'latin1');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
    });
    socket.on('close', () => {
      if (waiting) this.#connecting--;
      this.#settle(stream, failure);
    });
  }

  #read(stream: Stream, length: number): void {
    const nowMs = performance.now();
    const { reader } = stream;
    const events = reader.read(READ_BUFFER, length);
    if (!stream.open && reader.begun) this.#opened(stream);
    if (this.#inWindow) {
      this.#windowReads++;
      this.#windowBytes += length;
      this.#windowEvents += events;
    }
    if (events > 0) this.#count(stream, events, nowMs);
    if (reader.ended) this.#settle(stream, reader.done ? undefined : 'no [DONE]');
    else if (reader.defect !== undefined) this.#settle(stream, reader.defect);
  }

  #opened(stream: Stream): void {
    stream.open = true;
    if (--this.#opening === 0) tell({ kind: 'all_open', elapsedMs: performance.now() - this.#openStartMs });
  }

  #count(stream: Stream, events: number, nowMs: number): void {
    const { intervalMs, tokens, streams } = this.#plan;
    const tokensEnd = Math.min(tokens, stream.events + events);
    for (let token = stream.events; token < tokensEnd; token++) {
      const offsetMs = nowMs - token * intervalMs;
      if (offsetMs < stream.baseMs) stream.baseMs = offsetMs;
      if (this.#inWindow) this.#slip.record((offsetMs - stream.baseMs) * 1_000);
    }
    if (stream.events === 0 && ++this.#streaming === streams) tell({ kind: 'all_streaming' });
    stream.events += events;
    this.#events += events;
  }

  #settle(stream: Stream, defect: string | undefined): void {
    if (stream.settled) return;
    stream.settled = true;
    if (!stream.open) this.#opened(stream);
    const { streams, tokens } = this.#plan;
    const problem = defect ?? (stream.events < tokens ? 'fewer events than tokens' : undefined);
    if (problem === undefined) this.#complete++;
    else {
      this.#broken++;
      const kind = this.#defects.size < DEFECT_KINDS_MAX || this.#defects.has(problem) ? problem : 'other';
      this.#defects.set(kind, (this.#defects.get(kind) ?? 0) + 1);
    }
    stream.socket.resetAndDestroy();
    if (stream.events === 0 && ++this.#streaming === streams) tell({ kind: 'all_streaming' });
    if (this.#complete + this.#broken === streams) tell({ kind: 'all_ended' });
  }
}

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

function tell(message: FromClient): void {
  process.send?.(message);
}

let client: LoadClient | undefined;

process.on('message', (message: ToClient) => {
  if (message.kind === 'open') {
    client = new LoadClient(message.plan);
    client.open();
  } else if (message.kind === 'begin_window') client?.beginWindow();
  else if (message.kind === 'end_window' && client !== undefined) tell({ kind: 'window', ...client.endWindow() });
  else if (message.kind === 'close' && client !== undefined) {
    const totals = client.totals();
    client.reset();
    process.send?.({ kind: 'totals', ...totals } satisfies FromClient, () => process.exit());
  }
});
process.on('disconnect', () => process.exit());
tell({ kind: 'loaded' });
