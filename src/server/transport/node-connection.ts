/**
 * One connection of the node transport: whose turn it is when requests are pipelined, backpressure, and how it ends.
 *
 *   request ─▶ current ─────answer complete (passTurn)─────▶ next of waiting ─▶ …
 *           └▶ waiting (PIPELINED_REQUESTS_MAX), whose bodies stay unread until their turn
 *
 * A connection that must close although its client may still be sending (a refused or malformed request) sends its answer and
 * FIN, then reads on and discards within a bound of time and bytes: closing at once would make the kernel send RST, which takes
 * the answer from the client. Listeners are shared functions that find their connection by a symbol on the socket.
 */
import type { Socket } from 'node:net';
import type { BodyBlocks } from './body-collector.js';
import type { AbortManner, Exchange, RequestHandler, RequestProblem, TransportLimits } from './contract.js';
import type { WholeReplies } from './node-whole-reply.js';
import type { Scratch, ScratchPool } from './scratch-pool.js';

/** Requests that may wait behind an unanswered one; real clients send none, so what goes beyond is abuse and is cut off. */
export const PIPELINED_REQUESTS_MAX = 32;
/** How much of a refused request is read and thrown away, so that its client gets to read the answer. */
const LINGER_BYTES_MAX = 4 * 1024 * 1024;
const LINGER_MS_MAX = 2_000;
/** How long the rest of a complete answer may wait for a client that does not read. */
const ANSWER_STALL_MS_MAX = 10_000;
const REQUEST_TIMEOUT = '408 Request Timeout';
/** Of a request whose time is over: its head is not complete. */
const HEAD = Symbol('head');

const CONNECTION = Symbol('connection');
type ServedSocket = Socket & { [CONNECTION]?: NodeConnection };

/** The connection that was made on a socket; undefined for sockets of other servers. */
export function connectionOf(socket: Socket): NodeConnection | undefined {
  return (socket as ServedSocket)[CONNECTION];
}

/** An exchange as its connection sees it. */
export interface QueuedExchange extends Exchange {
  /** The handler has seen the request and not yet completed its answer. */
  readonly open: boolean;
  /** The handler has not seen the request. */
  readonly receiving: boolean;
  /** The parser has all of the request, whether its body was read or not. */
  readonly arrived: boolean;
  /** Its turn: read the body, then dispatch. */
  receive(): void;
  collect(piece: Uint8Array): void;
  complete(): void;
  /** The peer left, or its request turned out malformed: every later call on this exchange does nothing. */
  lose(): void;
}

/** What all connections of one transport share. */
export interface ConnectionHost {
  readonly limits: TransportLimits;
  readonly handler: RequestHandler;
  readonly scratchPool: ScratchPool;
  readonly bodyBlocks: BodyBlocks;
  readonly wholeReplies: WholeReplies;
  /** No further request is wanted: connections close after the answer they are at. */
  readonly draining: boolean;
  /** Connections with a request that is not over, and how many requests have begun. */
  busy: number;
  requests: number;
  connectionClosed(connection: NodeConnection): void;
}

/** Both are the same where plain HTTP is spoken; else `socket` is the TLS socket on top of the other. */
export interface ConnectionSockets {
  readonly socket: Socket;
  readonly tcp: Socket;
}

export type ConnectionFacts = Pick<NodeConnection, 'refusal' | 'address' | 'number'>;

export class NodeConnection {
  readonly socket: Socket;
  private readonly tcp: Socket;
  /** Above a limit of connections: why its first request is refused. */
  readonly refusal: RequestProblem | undefined;
  /** Under which its host counts it; undefined where nobody counts. */
  readonly address: string | undefined;
  /** Counts the connections of its host from 1. */
  readonly number: number;
  current: QueuedExchange | undefined;
  private readonly host: ConnectionHost;
  private waiting: QueuedExchange[] | undefined;
  /** The request behind the current answer whose time is over. */
  private late: QueuedExchange | typeof HEAD | undefined;
  private keptScratch: Scratch | undefined;
  private blocked = false;
  private hearsDrain = false;
  /** socket.bytesRead when lingering began; -1 before. */
  private lingerFromBytes = -1;

  constructor(host: ConnectionHost, { socket, tcp }: ConnectionSockets, facts: ConnectionFacts) {
    this.host = host;
    this.socket = socket;
    this.tcp = tcp;
    this.refusal = facts.refusal;
    this.address = facts.address;
    this.number = facts.number;
    (socket as ServedSocket)[CONNECTION] = this;
    socket.on('end', peerEnded).on('close', socketClosed);
  }

  get limits(): TransportLimits {
    return this.host.limits;
  }

  get handler(): RequestHandler {
    return this.host.handler;
  }

  get bodyBlocks(): BodyBlocks {
    return this.host.bodyBlocks;
  }

  get wholeReplies(): WholeReplies {
    return this.host.wholeReplies;
  }

  get scratchPool(): ScratchPool {
    return this.host.scratchPool;
  }

  /** Whether the answer at hand is to be the connection's last. One with requests behind it goes on to those. */
  get draining(): boolean {
    return this.host.draining && (this.waiting === undefined || this.waiting.length === 0);
  }

  enqueue(exchange: QueuedExchange): void {
    if (this.late === HEAD) this.late = exchange;
    if (this.lingerFromBytes >= 0) this.boundLinger();
    // Ended already: no answer could go out.
    else if (!this.socket.writable) return;
    else if (this.current === undefined) this.start(exchange);
    else if (this.waiting === undefined) this.waiting = [exchange];
    else if (this.waiting.length < PIPELINED_REQUESTS_MAX) this.waiting.push(exchange);
    else this.socket.destroy();
  }

  /** The current answer has left node's hands: the next request in line gets its turn, unless node has ended the connection with its peer. */
  passTurn(): void {
    this.release();
    if (!this.socket.writable || this.lingerFromBytes >= 0) return;
    const next = this.waiting?.shift();
    if (next !== undefined) {
      this.socket.setTimeout(0);
      this.start(next);
    } else if (this.late === HEAD) this.refuseMalformed(REQUEST_TIMEOUT);
  }

  /** Writes scratch[start, end) with one send where the kernel takes it; false at the socket's high-water mark. */
  writeFrame(scratch: Scratch, start: number, end: number): boolean {
    const { socket } = this;
    const frame = scratch.view(start, end);
    // A TLS socket takes a moment longer to say that it is through with a frame: one copy of it is smaller than a scratch buffer kept.
    const drained = socket === this.tcp && socket.writableLength === 0;
    if (drained && this.keptScratch !== undefined) this.recycleScratch();
    const writable = socket.write(drained ? frame : Buffer.from(frame));
    if (drained && socket.writableLength > 0) this.keptScratch = this.host.scratchPool.detachCurrent();
    if (!writable) this.block();
    return writable;
  }

  abort(manner: AbortManner): void {
    this.release();
    if (manner === 'reset') this.tcp.resetAndDestroy();
    else {
      this.socket.destroySoon();
      this.limitStall();
    }
  }

  /** Lets a client that does not read the end of its answer hold the connection for a bounded time. */
  limitStall(): void {
    if (this.socket.writableLength > 0) this.socket.setTimeout(ANSWER_STALL_MS_MAX);
  }

  /** Arranges that the connection closes after the current answer without taking it from a client that is still sending. */
  lingerAfterAnswer(): void {
    this.socket.destroySoon = lingerBeforeClose;
  }

  linger(): void {
    if (this.lingerFromBytes >= 0) return;
    const { socket } = this;
    this.lingerFromBytes = socket.bytesRead;
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS_MAX);
    socket.once('close', () => clearTimeout(timer));
  }

  /** Has the client know that the connection ends, unless it has a request on it. */
  endIdle(): void {
    if (this.current === undefined) this.linger();
  }

  /** Called for everything that arrives while lingering. */
  boundLinger(): void {
    if (this.lingerFromBytes >= 0 && this.socket.bytesRead - this.lingerFromBytes > LINGER_BYTES_MAX)
      this.socket.destroy();
  }

  /** Answers bytes that are not a request and closes; an answer that has begun is cut instead, for nothing may mix with it. */
  refuseMalformed(statusLine: string): void {
    const { current } = this;
    if (this.lingerFromBytes >= 0) this.boundLinger();
    else if (!this.socket.writable || (current !== undefined && !current.receiving)) this.socket.destroy();
    else {
      current?.lose();
      this.release();
      this.socket.write(`HTTP/1.1 ${statusLine}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, 'latin1');
      this.linger();
    }
  }

  /**
   * The time is over within which a request had to arrive. Behind an answer that is under way it may be late because nobody read it: the
   * answer goes on, and the request's time begins again with its turn. A head is read at any time, and is refused then.
   */
  refuseLate(): void {
    const { current } = this;
    const answers = current !== undefined && !current.receiving && this.socket.writable;
    if (!answers || this.lingerFromBytes >= 0) this.refuseMalformed(REQUEST_TIMEOUT);
    else {
      const last = this.waiting?.at(-1);
      this.late = last === undefined || last.arrived ? HEAD : last;
    }
  }

  drained(): void {
    if (!this.blocked) return;
    this.blocked = false;
    if (this.keptScratch !== undefined) this.recycleScratch();
    if (this.current?.open) this.host.handler.onWritable(this.current);
  }

  /** The peer closed its sending side: as with uWebSockets.js it counts as gone while an answer is due. */
  ended(): void {
    if (this.current?.open) this.socket.destroy();
  }

  closed(): void {
    const { current } = this;
    this.release();
    this.waiting = undefined;
    this.keptScratch = undefined;
    const lost = current?.open === true;
    current?.lose();
    this.host.connectionClosed(this);
    if (lost) this.host.handler.onClose(current!);
  }

  private start(exchange: QueuedExchange): void {
    this.current = exchange;
    this.host.busy++;
    this.host.requests++;
    exchange.receive();
    if (exchange === this.late) this.limitReceiving(exchange);
  }

  /** For a request whose time node has stopped to look at. */
  private limitReceiving(exchange: QueuedExchange): void {
    this.late = undefined;
    if (exchange.arrived) return;
    const refuse = () => {
      if (this.current === exchange && exchange.receiving) this.refuseMalformed(REQUEST_TIMEOUT);
    };
    setTimeout(refuse, this.limits.requestReceiveTimeoutMs).unref();
  }

  private release(): void {
    if (this.current !== undefined) this.host.busy--;
    this.current = undefined;
  }

  private block(): void {
    this.blocked = true;
    if (this.hearsDrain) return;
    this.hearsDrain = true;
    this.socket.on('drain', socketDrained);
  }

  private recycleScratch(): void {
    this.host.scratchPool.recycle(this.keptScratch!);
    this.keptScratch = undefined;
  }
}

function peerEnded(this: Socket): void {
  connectionOf(this)?.ended();
}

function socketClosed(this: Socket): void {
  connectionOf(this)?.closed();
}

function socketDrained(this: Socket): void {
  connectionOf(this)?.drained();
}

function lingerBeforeClose(this: Socket): void {
  connectionOf(this)?.linger();
}
