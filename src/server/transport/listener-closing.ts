/**
 * Closes a listener without taking it from clients that are already connected: the kernel resets what waits to be accepted when a listener
 * closes, and under a stream of new clients something always waits, because libuv accepts one connection per turn of the loop.
 *
 *   shorten the queue ─▶ connect to ourselves until the queue is full of nobody else ─▶ close
 *
 * A full queue lets nobody in: clients that come then hear nothing, try again after a second and are refused. Our own connections in it are
 * all that the close resets. Who came before the queue was shortened is accepted first, however long it was. Certain on Linux, where a queue of backlog n takes n + 1; elsewhere what waits is at most a few connections.
 *
 * A client whose connecting was half done when the queue became full believes that it is connected, and would be reset. The kernel counts whom
 * it turned away: where it did, the queue is opened once more, for as long as such a client takes to try again.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ListenAddress } from './contract.js';
import { ListenOverflows } from './listen-overflows.js';
import { unmapIpv4 } from './remote-address.js';

/** Connections of our own that are sent into the queue at once. */
const PROBES = 3;
/** Of a queue that takes all of them, and of one that two of them fill. */
const BACKLOG_FOR_PROBES = 2;
const BACKLOG_FULL_WITH_TWO = 1;
/**
 * A round is lost when strangers have the places; the next begins after so many turns of the loop, in which more of them have been accepted than
 * came in. Not after a time: where a turn takes long, our own connections would be all that is ever accepted.
 */
const TURNS_PER_ROUND = 8;

/** Clients that were turned away half-way send their first bytes again after the least retransmission timeout of Linux, 200 ms. */
const REOPENED_MS = 300;
/** Under many more clients than can be accepted somebody is turned away each time. */
const REOPENINGS_MAX = 5;
const BACKLOG_REOPENED = 511;

/** Listeners come first in the lists of sockets: enough for some twenty of them, and read in microseconds. */
const LISTENERS_BYTES = 4 * 1024;
/** Turns of the loop in which somebody waited: then the listener is closed as it is. */
const LOOKS_MAX = 200;

/** Accepts in the server's place until it is closed, and passes on what is not its own. */
class ClosingListener {
  private readonly server: Server;
  private readonly onClosed: () => void;
  private readonly target: ListenAddress;
  /** The one that accepts at the moment: a handle's backlog is set by having another server listen on it. */
  private accepting: Server;
  private probes: Probe[] = [];
  /** Connections accepted since the queue was shortened in this round; -1 before. */
  private accepted = -1;
  private turns = 0;
  private isOpen = true;
  /** While the queue is open once more. */
  private isPaused = false;
  private readonly overflows = new ListenOverflows();
  /** When the queue was shortened. */
  private overflowsBefore = 0;
  private reopenings = 0;
  private readonly deadlineMs: number;

  constructor(server: Server, timeoutMs: number, onClosed: () => void) {
    this.server = server;
    this.accepting = server;
    this.onClosed = onClosed;
    this.target = reachable(server.address() as AddressInfo);
    this.deadlineMs = performance.now() + timeoutMs;
  }

  /** Every turn of the loop accepts one connection where one waits. */
  readonly turn = (): void => {
    if (!this.isOpen || this.isPaused) return;
    // Somebody may have closed the server at once meanwhile.
    if (performance.now() > this.deadlineMs || !this.server.listening) this.close();
    else {
      if (this.turns++ % TURNS_PER_ROUND === 0) this.round();
      setImmediate(this.turn);
    }
  };

  private round(): void {
    this.dropProbes();
    this.accepted = -1;
    this.overflowsBefore = this.overflows.count;
    this.listen(BACKLOG_FOR_PROBES);
    this.probes = Array.from({ length: PROBES }, () => new Probe(this.target, () => this.closeWhenOursAlone()));
    // They connect in this very turn, before it.
    process.nextTick(() => {
      if (!this.isOpen || !this.server.listening) return;
      this.listen(BACKLOG_FULL_WITH_TWO);
      this.accepted = 0;
    });
  }

  private listen(backlog: number): void {
    const next = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.accept(socket));
    next.once('error', () => this.close());
    next.listen(this.accepting, backlog);
    this.accepting = next;
  }

  private accept(socket: Socket): void {
    if (this.accepted >= 0) this.accepted++;
    const probe = this.probes.find((candidate) => candidate.isPeerOf(socket));
    if (probe === undefined) this.server.emit('connection', socket);
    else {
      probe.accepted = true;
      socket.destroy();
    }
    this.closeWhenOursAlone();
  }

  /** It has at most two connections once one has been accepted: two of ours leave no place for a stranger, and let none in. */
  private closeWhenOursAlone(): void {
    if (this.accepted <= 0 || this.probes.filter(({ waits }) => waits).length < PROBES - 1) return;
    if (this.overflows.count === this.overflowsBefore || this.reopenings >= REOPENINGS_MAX) this.close();
    else this.reopen();
  }

  private reopen(): void {
    this.reopenings++;
    this.dropProbes();
    this.accepted = -1;
    this.listen(BACKLOG_REOPENED);
    this.isPaused = true;
    setTimeout(() => {
      this.isPaused = false;
      this.turns = 0;
      this.turn();
    }, REOPENED_MS);
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.accepted = -1;
    this.accepting.close();
    this.overflows.close();
    this.dropProbes();
    this.onClosed();
  }

  private dropProbes(): void {
    for (const probe of this.probes) probe.drop();
    this.probes = [];
  }
}

/** How many connections wait to be accepted on a port, by what Linux tells of its listeners; 0 where it does not. */
class ListenQueue {
  private readonly files: readonly number[];
  private readonly pattern: RegExp;
  private readonly bytes = Buffer.alloc(LISTENERS_BYTES);

  constructor(port: number) {
    // The state 0A is that of a listener, whose number of bytes to be received is that of connections to be accepted (proc(5), tcp(7)).
    const localPort = port.toString(16).toUpperCase().padStart(4, '0');
    this.pattern = new RegExp(`:${localPort} [0-9A-F]+:0000 0A [0-9A-F]{8}:([0-9A-F]{8})`, 'g');
    this.files = ['/proc/self/net/tcp', '/proc/self/net/tcp6'].flatMap((name) => {
      try {
        return [openSync(name, 'r')];
      } catch {
        return [];
      }
    });
  }

  get length(): number {
    let waiting = 0;
    for (const file of this.files) {
      const read = readSync(file, this.bytes, 0, this.bytes.length, 0);
      const text = this.bytes.toString('latin1', 0, read);
      for (const [, queued] of text.matchAll(this.pattern)) waiting += Number.parseInt(queued as string, 16);
    }
    return waiting;
  }

  close(): void {
    for (const file of this.files) closeSync(file);
  }
}

/** A connection of our own to the listener. */
class Probe {
  accepted = false;
  private connected = false;
  private readonly socket: Socket;

  constructor({ host, port }: ListenAddress, onConnected: () => void) {
    this.socket = connect({ host, port });
    this.socket.on('error', () => {});
    this.socket.once('connect', () => {
      this.connected = true;
      onConnected();
    });
  }

  /** In the listener's queue. */
  get waits(): boolean {
    return this.connected && !this.accepted;
  }

  isPeerOf({ remoteAddress = '', remotePort }: Socket): boolean {
    const { localAddress = '', localPort } = this.socket;
    return remotePort === localPort && unmapIpv4(remoteAddress) === unmapIpv4(localAddress);
  }

  drop(): void {
    this.socket.removeAllListeners('connect');
    this.socket.destroy();
  }
}

/** An address of this machine where the listener is heard. */
function reachable({ address, port }: AddressInfo): ListenAddress {
  const any = address === '::' ? '::1' : '127.0.0.1';
  return { host: address === '::' || address === '0.0.0.0' ? any : address, port };
}

/**
 * Resolves when a listening server has stopped to accept. The server itself stays open for what it has accepted, and sees everything that was
 * in the queue. Takes a millisecond when few clients wait, else as long as it takes to accept them.
 * @param timeoutMs after which the listener is closed as it is
 */
export function closeListener(server: Server, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => new ClosingListener(server, timeoutMs, resolve).turn());
}

/**
 * Calls back at a moment when nobody waits in the queue of a listener that accepts in one turn all that wait, or that cannot be looked into.
 * What comes between that moment and a close right then is a matter of microseconds.
 * @param timeoutMs after which it calls back all the same
 */
export function whenQueueIsEmpty(address: ListenAddress, timeoutMs: number, then: () => void): void {
  const queue = new ListenQueue(address.port);
  let looks = 0;
  const look = (): void => {
    if (queue.length > 0 && ++looks < LOOKS_MAX) {
      setImmediate(look);
      return;
    }
    then();
    queue.close();
  };
  // Who connected before us has been accepted when we are, also where nobody can look.
  const probe = connect(reachable({ address: address.host, port: address.port, family: '' }));
  const finish = (): void => {
    probe.removeAllListeners('connect').destroy();
    look();
  };
  probe.setTimeout(Math.max(timeoutMs, 1), finish);
  probe.once('connect', finish).once('error', finish);
}
