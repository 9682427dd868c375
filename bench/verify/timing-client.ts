/**
 * The timing client, a process of its own: holds many streams over plain sockets, sends each the requests of the stage one after another,
 * and notes when every token arrives. It shares no code with the server. Messages and recording: client-messages.ts.
 */
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import {
  type ClientPlan,
  COLUMN_ARRIVALS,
  COLUMN_SENT,
  COLUMN_TOKENS,
  columnsOf,
  type FromClient,
  type ToClient,
} from './client-messages.js';
import { OwnLateness } from './own-lateness.js';
import { ReplyReader } from './reply-reader.js';
import { requestAt, requestCount } from './stage.js';

/** Connections that wait for the server's accept at a time; more would measure the kernel's backlog. */
const CONNECTING_MAX = 64;
const DEFECT_KINDS_MAX = 20;
/** One for all sockets: a read is looked at before the next one happens. */
const READ_BUFFER = Buffer.alloc(64 * 1024);
/** performance.now() plus this is the monotonic clock, which all processes of a machine share. */
const MONOTONIC_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

interface Stream {
  readonly socket: Socket;
  readonly reader: ReplyReader;
  /** Of the request that is being answered. */
  row: number;
  sentMs: number;
  tokens: number;
  ended: boolean;
}

class TimingClient {
  readonly #plan: ClientPlan;
  readonly #markers: readonly Buffer[];
  readonly #columns: number;
  readonly #recording: Float64Array;
  readonly #streams: Stream[] = [];
  readonly #lateness = new OwnLateness();
  readonly #defects = new Map<string, number>();
  #connected = 0;
  #ended = 0;

  constructor(plan: ClientPlan) {
    this.#plan = plan;
    this.#markers = plan.templates.map(({ tokenMarker }) => Buffer.from(tokenMarker, 'latin1'));
    this.#columns = columnsOf(plan.tokens);
    this.#recording = new Float64Array(requestCount(plan) * this.#columns);
  }

  /** Opens every connection before the first request, so that accepting does not fall into the measurement. */
  run(): void {
    for (let index = 0; index < Math.min(CONNECTING_MAX, this.#plan.streams); index++) this.#open();
  }

  #open(): void {
    const index = this.#streams.length;
    const socket = connect({
      host: '127.0.0.1',
      port: this.#plan.port,
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (length) => {
          this.#read(stream, length);
          return true;
        },
      },
    });
    const row = index * this.#plan.requestsPerStream;
    const stream: Stream = { socket, reader: new ReplyReader(), row, sentMs: 0, tokens: 0, ended: false };
    this.#streams.push(stream);
    socket.once('connect', () => {
      this.#connected++;
      if (this.#streams.length < this.#plan.streams) this.#open();
      else if (this.#connected === this.#plan.streams) this.#begin();
    });
    let failure = 'closed before its end';
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
    });
    socket.on('close', () => this.#end(stream, failure));
  }

  #begin(): void {
    tell({ kind: 'connected' });
    const { streams, rampMs } = this.#plan;
    for (const [index, stream] of this.#streams.entries()) {
      setTimeout(() => this.#send(stream), (index / streams) * rampMs);
    }
  }

  #send(stream: Stream): void {
    if (stream.ended) return;
    const { model, id } = requestAt({ ...this.#plan, name: this.#plan.stage }, this.#markers.length, stream.row);
    const { head, body } = this.#plan.templates[model];
    stream.reader.next(this.#markers[model]);
    stream.tokens = 0;
    const bytes = `${head}x-llm-sim-request-id: ${id}\r\n\r\n${body}`;
    stream.sentMs = performance.now();
    this.#recording[stream.row * this.#columns + COLUMN_SENT] = stream.sentMs + MONOTONIC_OFFSET_MS;
    stream.socket.write(bytes, 'latin1');
  }

  #read(stream: Stream, length: number): void {
    const nowMs = performance.now();
    const lateMs = this.#lateness.boundMs(nowMs);
    const { reader } = stream;
    const tokens = reader.read(READ_BUFFER, length);
    if (tokens > 0) this.#note(stream, tokens, nowMs, lateMs);
    if (reader.defect !== undefined) this.#end(stream, reader.defect);
    else if (reader.complete) this.#advance(stream);
  }

  #note(stream: Stream, tokens: number, nowMs: number, lateMs: number): void {
    const start = stream.row * this.#columns;
    const end = Math.min(this.#plan.tokens, stream.tokens + tokens);
    for (let token = stream.tokens; token < end; token++) {
      this.#recording[start + COLUMN_ARRIVALS + token] = nowMs - stream.sentMs;
      this.#recording[start + COLUMN_ARRIVALS + this.#plan.tokens + token] = lateMs;
    }
    stream.tokens += tokens;
    this.#recording[start + COLUMN_TOKENS] = stream.tokens;
  }

  #advance(stream: Stream): void {
    stream.row++;
    if (stream.row % this.#plan.requestsPerStream === 0) this.#end(stream, undefined);
    else this.#send(stream);
  }

  #end(stream: Stream, defect: string | undefined): void {
    if (stream.ended) return;
    stream.ended = true;
    if (defect !== undefined) {
      const kind = this.#defects.size < DEFECT_KINDS_MAX || this.#defects.has(defect) ? defect : 'other';
      this.#defects.set(kind, (this.#defects.get(kind) ?? 0) + 1);
    }
    // With RST, so that thousands of ports do not stay in TIME_WAIT for the next stage.
    stream.socket.resetAndDestroy();
    if (++this.#ended === this.#plan.streams) this.#finish();
  }

  #finish(): void {
    writeFileSync(this.#plan.file, new Uint8Array(this.#recording.buffer));
    process.send?.({ kind: 'finished', defects: Object.fromEntries(this.#defects) } satisfies FromClient, () =>
      process.exit(),
    );
  }
}

function tell(message: FromClient): void {
  process.send?.(message);
}

process.on('message', (message: ToClient) => new TimingClient(message.plan).run());
process.on('disconnect', () => process.exit());
tell({ kind: 'loaded' });
