/**
 * The yardstick: the simulator's own transport with nothing behind it. Writes the same pre-rendered frame to every open stream at a
 * constant interval; no worker, plan, wheel, table, ledger or metrics. What the simulator takes more is the price of all those.
 *
 * Because all gaps are equal, a queue that rotates is in the order of the deadlines, and so is one of streams before their first token:
 *
 *   open ─▶ starting: [ due 17 | due 18 | … | due 516 ]
 *                        ▼ first token
 *           running:  [ due 17 | due 18 | … | due 216 ] ◀─ back in with due + interval
 *                        └─▶ written while it is due, for at most the tick's budget
 *
 * The transport is the compiled one that the simulator runs on (dist/), not a second compilation of its source.
 */
import {
  type Exchange,
  FRAME_HEAD_BYTES,
  type Transport,
  type TransportName,
} from '../../src/server/transport/contract.js';

/** As the simulator's ticker and pacer have it. */
const TICK_MS = 1;
const TICK_BUDGET_MS = 1;
const FRAMES_PER_BUDGET_CHECK = 16;
const SCRATCH_BYTES = 64 * 1024;
const HEADERS = ['content-type', 'text/event-stream; charset=utf-8'];

/** The process's argument, as JSON. */
export interface BaselineOptions {
  readonly transport: TransportName;
  /** Streams that the process serves in its life: it is started for one run. */
  readonly streamsMax: number;
  readonly ttftMs: number;
  readonly intervalMs: number;
  readonly tokens: number;
  /** Length of a token's event. */
  readonly frameBytes: number;
  /** Overdue frames of one stream that may go out in a row. More than one lets the queue lose its order, which matters only below saturation. */
  readonly framesPerTurn: number;
}

/** What the process says once. */
interface BaselineReady {
  readonly port: number;
}

const DONE = Buffer.from('data: [DONE]\n\n');

/** First in, first out, without allocation; holds a slot at most once, so it never overflows. */
class SlotQueue {
  length = 0;
  readonly #slots: Int32Array;
  #head = 0;

  constructor(slots: number) {
    this.#slots = new Int32Array(slots);
  }

  get first(): number {
    return this.#slots[this.#head];
  }

  push(slot: number): void {
    this.#slots[(this.#head + this.length++) % this.#slots.length] = slot;
  }

  shift(): void {
    this.#head = (this.#head + 1) % this.#slots.length;
    this.length--;
  }
}

class UniformPacer {
  transport!: Transport;
  readonly #options: BaselineOptions;
  readonly #frame: Buffer;
  readonly #exchanges: (Exchange | undefined)[];
  readonly #dueMs: Float64Array;
  readonly #tokensLeft: Uint32Array;
  readonly #starting: SlotQueue;
  readonly #running: SlotQueue;
  #opened = 0;
  #behind: NodeJS.Immediate | undefined;

  constructor(options: BaselineOptions) {
    const { streamsMax, frameBytes } = options;
    this.#options = options;
    this.#frame = Buffer.from(`data: ${'x'.repeat(frameBytes - 'data: \n\n'.length)}\n\n`);
    this.#exchanges = new Array<undefined>(streamsMax).fill(undefined);
    this.#dueMs = new Float64Array(streamsMax);
    this.#tokensLeft = new Uint32Array(streamsMax);
    this.#starting = new SlotQueue(streamsMax);
    this.#running = new SlotQueue(streamsMax);
    setInterval(this.#tick, TICK_MS);
  }

  onRequest(exchange: Exchange): void {
    if (this.#opened === this.#options.streamsMax || exchange.problem !== undefined) {
      exchange.respond(503, [], Buffer.alloc(0), true);
      return;
    }
    const slot = this.#opened++;
    exchange.slot = slot;
    this.#exchanges[slot] = exchange;
    this.#dueMs[slot] = performance.now() + this.#options.ttftMs;
    this.#tokensLeft[slot] = this.#options.tokens;
    exchange.startStream(200, HEADERS);
    this.#starting.push(slot);
  }

  /** A stream whose socket was full left the queue; it comes back at the end. */
  onWritable(exchange: Exchange): void {
    if (exchange.slot >= 0) this.#running.push(exchange.slot);
  }

  onClose(exchange: Exchange): void {
    this.#exchanges[exchange.slot] = undefined;
  }

  /** The queue whose first stream is due first; the running one when both are empty. */
  #nextQueue(): SlotQueue {
    const starting = this.#starting;
    const running = this.#running;
    if (starting.length === 0) return running;
    if (running.length === 0) return starting;
    return this.#dueMs[starting.first] < this.#dueMs[running.first] ? starting : running;
  }

  readonly #tick = (): void => {
    let nowMs = performance.now();
    const endMs = nowMs + TICK_BUDGET_MS;
    let untilCheck = FRAMES_PER_BUDGET_CHECK;
    for (let queue = this.#nextQueue(); queue.length > 0; queue = this.#nextQueue()) {
      const slot = queue.first;
      if (this.#dueMs[slot] > nowMs) return;
      queue.shift();
      this.#visit(slot, nowMs);
      if (--untilCheck > 0) continue;
      untilCheck = FRAMES_PER_BUDGET_CHECK;
      nowMs = performance.now();
      if (nowMs >= endMs) {
        clearImmediate(this.#behind);
        this.#behind = setImmediate(this.#tick);
        return;
      }
    }
  };

  #visit(slot: number, nowMs: number): void {
    const exchange = this.#exchanges[slot];
    if (exchange === undefined) return;
    for (let turn = 0; turn < this.#options.framesPerTurn && this.#dueMs[slot] <= nowMs; turn++) {
      const writable = this.#write(exchange, this.#frame);
      if (--this.#tokensLeft[slot] === 0) {
        this.#end(slot, exchange);
        return;
      }
      this.#dueMs[slot] += this.#options.intervalMs;
      if (!writable) return;
    }
    this.#running.push(slot);
  }

  /** The simulator's streams end with a finish chunk and [DONE] as well. */
  #end(slot: number, exchange: Exchange): void {
    this.#write(exchange, this.#frame);
    this.#write(exchange, DONE);
    exchange.endStream();
    this.#exchanges[slot] = undefined;
  }

  #write(exchange: Exchange, frame: Buffer): boolean {
    this.transport.scratch.set(frame, FRAME_HEAD_BYTES);
    return exchange.write(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + frame.length);
  }
}

async function serveBaseline(options: BaselineOptions): Promise<void> {
  const compiled = new URL('../../dist/src/server/transport/select.js', import.meta.url);
  const { selectTransport } = (await import(compiled.href)) as typeof import('../../src/server/transport/select.js');
  const { create } = await selectTransport(options.transport);
  const pacer = new UniformPacer(options);
  pacer.transport = create({
    limits: {
      bodyBytesMax: 1024 * 1024,
      headerBytesMax: 16 * 1024,
      connectionsMax: options.streamsMax,
      connectionsOfAddressMax: 0,
      requestReceiveTimeoutMs: 30_000,
      keepAliveTimeoutMs: 65_000,
    },
    handler: pacer,
    frameBytesMax: SCRATCH_BYTES,
  });
  const { port } = await pacer.transport.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ port } satisfies BaselineReady);
}

process.on('disconnect', () => process.exit());
await serveBaseline(JSON.parse(process.argv[2]!) as BaselineOptions);
