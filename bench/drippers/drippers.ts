/**
 * Connections that send as little as they can, to hold a server up for as long as it lets them: a header that never ends, a body of announced
 * length and one in chunks, a byte at a time. Each keeps a server waiting for the rest of one request; none ever sends it.
 */
import { connect, type Socket } from 'node:net';

const KINDS = ['headers', 'body of announced length', 'body in chunks', 'nothing'] as const;
export type DripKind = (typeof KINDS)[number];

/** What is sent at once, and what then again and again. */
const DRIPS: { readonly [kind in DripKind]: readonly [beginning: string, drop: string] } = {
  headers: ['POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Drip: ', 'x'],
  'body of announced length': [
    'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n',
    ' ',
  ],
  'body in chunks': [
    'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    '1\r\n \r\n',
  ],
  nothing: ['', ''],
};

export interface DripFigures {
  readonly opened: number;
  /** Still open. */
  readonly open: number;
  /** Those that were told something before they were closed, by what they were told. */
  readonly statuses: { readonly [status: string]: number };
  /** From a connection's opening to its end, of those that have ended. */
  readonly longestMs: { readonly [kind in DripKind]?: number };
}

export interface DripPlan {
  readonly port: number;
  readonly connections: number;
  /** Over how long they are opened, evenly. */
  readonly rampMs: number;
  /** Between two drops of a connection. Connections do not drop at the same moment: evenly over this time. */
  readonly dropMs: number;
  readonly kinds: readonly DripKind[];
}

/** How often the connections whose turn it is drop. */
const TICK_MS = 10;

export const DRIP_KINDS: readonly DripKind[] = KINDS;

export class Drippers {
  readonly #plan: DripPlan;
  readonly #sockets = new Map<Socket, DripKind>();
  /** Those that drop, in the order of opening. */
  readonly #dropping: { readonly socket: Socket; readonly drop: string }[] = [];
  readonly #statuses = new Map<string, number>();
  readonly #longestMs = new Map<DripKind, number>();
  readonly #timers: NodeJS.Timeout[] = [];
  #opened = 0;
  /** Turns that have come so far: turn n is connection n's, modulo their number. */
  #turns = 0;

  constructor(plan: DripPlan) {
    this.#plan = plan;
  }

  start(): void {
    const { connections, kinds, rampMs } = this.#plan;
    const startMs = performance.now();
    const opening = setInterval(() => {
      const due = Math.min(connections, Math.ceil(((performance.now() - startMs) / Math.max(1, rampMs)) * connections));
      while (this.#opened < due) this.#open(kinds[this.#opened % kinds.length]!);
      if (this.#opened === connections) clearInterval(opening);
    }, 5);
    this.#timers.push(
      opening,
      setInterval(() => this.#drip(performance.now() - startMs), TICK_MS),
    );
  }

  figures(): DripFigures {
    return {
      opened: this.#opened,
      open: this.#sockets.size,
      statuses: Object.fromEntries(this.#statuses),
      longestMs: Object.fromEntries(this.#longestMs),
    };
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #open(kind: DripKind): void {
    const startMs = performance.now();
    const socket = connect({ host: '127.0.0.1', port: this.#plan.port, noDelay: true });
    this.#opened++;
    this.#sockets.set(socket, kind);
    let said = '';
    socket.on('data', (bytes) => {
      said ||= bytes.toString('latin1', 0, 12);
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const status = said === '' ? 'none' : said.slice(-3);
      this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
      this.#longestMs.set(kind, Math.max(performance.now() - startMs, this.#longestMs.get(kind) ?? 0));
    });
    const [beginning, drop] = DRIPS[kind];
    socket.write(beginning, 'latin1');
    if (drop !== '') this.#dropping.push({ socket, drop });
  }

  #drip(elapsedMs: number): void {
    const { connections, dropMs } = this.#plan;
    const due = Math.floor((elapsedMs / dropMs) * connections);
    // After a stall nobody drops twice in a row.
    this.#turns = Math.max(this.#turns, due - connections);
    for (; this.#turns < due; this.#turns++) {
      const dripper = this.#dropping[this.#turns % connections];
      if (dripper?.socket.writable) dripper.socket.write(dripper.drop, 'latin1');
    }
  }
}
