/**
 * A gateway of known behaviour in front of a simulator: what it adds, merges, loses or hides is given, and what it did is counted, so that
 * a comparison can be held against the truth. It speaks HTTP on node:http and takes streams of server-sent events apart.
 */
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Behaviour {
  /** How long each event of a stream is held, from the first one with content on. */
  readonly holdsMs?: number;
  /** Content chunks behind the first are sent two in one. */
  readonly merges?: boolean;
  /** Of the request, not passed on; in lower case. */
  readonly dropsRequestHeaders?: readonly string[];
  /** Of the answer, not passed on; in lower case. */
  readonly dropsAnswerHeaders?: readonly string[];
  /** What becomes of the body of a request. */
  readonly rewritesBody?: (body: string) => string;
  /** What becomes of the events of a stream, each without its blank line; an empty list for none. */
  readonly rewritesEvent?: (event: string, index: number) => readonly string[];
  /** Ends a stream behind the event of this number, in the way that a whole one ends. */
  readonly endsBehind?: number;
  /** Leaves the stream open behind the event of this number. */
  readonly hangsBehind?: number;
  /** Ends a stream that broke off upstream as if it were whole. */
  readonly hidesBreaks?: boolean;
  /** Reads the upstream to its end when its own client has left. */
  readonly ignoresDepartures?: boolean;
  /** How much later than its client it leaves the upstream. */
  readonly leavesAfterMs?: number;
  /** Asks the upstream so often, and passes the last answer on. */
  readonly attempts?: number;
  /** Answers this with status 200, without asking the upstream. */
  readonly cached?: string;
  /** What it makes of a request by itself, without asking the upstream: of each fourth one. */
  readonly failsFourth?: 'by_status' | 'by_reset' | 'by_silence';
  /** Asks the upstream, and never answers. */
  readonly keepsAnswers?: boolean;
}

export interface TestGateway {
  readonly url: string;
  /** Boundaries between two chunks with content that it took away. */
  readonly merged: () => number;
  /** Of each stream, by its key: from the request's arrival until its first content went out, in milliseconds. */
  readonly firstContentMs: () => Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/** Timers are up to this late; what is left is waited for in turns of the event loop. */
const TIMER_SLACK_MS = 1.5;

export async function startGateway(upstreamUrl: string, behaviour: Behaviour): Promise<TestGateway> {
  const gateway = new Gateway(new URL(upstreamUrl), behaviour);
  const server = createServer((incoming, answer) => gateway.serve(incoming, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    merged: () => gateway.merged,
    firstContentMs: () => Object.fromEntries(gateway.firstContentMs),
    stop: () => stop(server, gateway),
  };
}

async function stop(server: Server, gateway: Gateway): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  gateway.agent.destroy();
}

class Gateway {
  readonly agent = new Agent({ keepAlive: true });
  readonly firstContentMs = new Map<string, number>();
  merged = 0;
  readonly #upstream: URL;
  readonly #behaviour: Behaviour;
  #requests = 0;

  constructor(upstream: URL, behaviour: Behaviour) {
    this.#upstream = upstream;
    this.#behaviour = behaviour;
  }

  serve(incoming: IncomingMessage, answer: ServerResponse): void {
    const arrivedMs = performance.now();
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { attempts = 1, cached, failsFourth } = this.#behaviour;
      this.#requests += 1;
      if (failsFourth !== undefined && this.#requests % 4 === 0) return fail(answer, failsFourth);
      const body = Buffer.concat(chunks).toString();
      if (cached === undefined) this.#ask(incoming, answer, body, arrivedMs, attempts);
      else answer.writeHead(200, { 'content-type': 'application/json' }).end(cached);
    });
  }

  #ask(incoming: IncomingMessage, answer: ServerResponse, body: string, arrivedMs: number, attempts: number): void {
    const { dropsRequestHeaders = [], ignoresDepartures, leavesAfterMs = 0, rewritesBody } = this.#behaviour;
    const text = rewritesBody === undefined ? body : rewritesBody(body);
    const headers = { ...incoming.headers, 'content-length': String(Buffer.byteLength(text)) };
    for (const name of ['host', 'connection', ...dropsRequestHeaders])
      delete (headers as Record<string, unknown>)[name];
    const { hostname, port } = this.#upstream;
    const outgoing = request(
      { hostname, port, method: 'POST', path: incoming.url, headers, agent: this.agent },
      (upstream) => {
        if (attempts > 1) {
          upstream.resume().on('end', () => this.#ask(incoming, answer, body, arrivedMs, attempts - 1));
        } else {
          this.#pass(upstream, answer, String(incoming.headers['x-llm-sim-request-id']), arrivedMs);
        }
      },
    );
    outgoing.on('error', () => answer.destroy());
    if (ignoresDepartures !== true)
      answer.on('close', () => setTimeout(() => outgoing.destroy(), leavesAfterMs).unref());
    outgoing.end(text);
  }

  #pass(upstream: IncomingMessage, answer: ServerResponse, key: string, arrivedMs: number): void {
    if (this.#behaviour.keepsAnswers === true) {
      upstream.resume();
      return;
    }
    const headers = { ...upstream.headers };
    const dropped = ['connection', 'transfer-encoding', 'content-length'];
    for (const name of [...dropped, ...(this.#behaviour.dropsAnswerHeaders ?? [])]) delete headers[name];
    answer.writeHead(upstream.statusCode ?? 502, headers).flushHeaders();
    // What follows is the close.
    upstream.on('error', () => {});
    if (headers['content-type']?.startsWith('text/event-stream') !== true) {
      upstream.pipe(answer);
      return;
    }
    const stream = new EventPasser(answer, this.#behaviour);
    upstream.setEncoding('utf8').on('data', (text: string) => stream.take(text));
    upstream.on('end', () => {
      void stream.end().then(() => {
        this.merged += stream.merged;
        if (stream.firstSentMs !== undefined) this.firstContentMs.set(key, stream.firstSentMs - arrivedMs);
      });
    });
    upstream.on('close', () => {
      if (upstream.complete) return;
      if (this.#behaviour.hidesBreaks === true) answer.end('data: [DONE]\n\n');
      else answer.destroy();
    });
  }
}

function fail(answer: ServerResponse, how: NonNullable<Behaviour['failsFourth']>): void {
  if (how === 'by_status') answer.writeHead(502, { 'content-type': 'application/json' }).end('{}');
  else if (how === 'by_reset') answer.destroy();
}

/** Passes the events of one stream on. */
class EventPasser {
  merged = 0;
  firstSentMs: number | undefined;
  readonly #answer: ServerResponse;
  readonly #behaviour: Behaviour;
  #rest = '';
  #index = 0;
  #contents = 0;
  /** Content that waits for its other half. */
  #half: string | undefined;
  #queue: Promise<void> = Promise.resolve();
  #over = false;

  constructor(answer: ServerResponse, behaviour: Behaviour) {
    this.#answer = answer;
    this.#behaviour = behaviour;
  }

  take(text: string): void {
    const nowMs = performance.now();
    const events = (this.#rest + text).split('\n\n');
    this.#rest = events.pop() ?? '';
    for (const event of events) this.#enqueue(event.replace(/^\n+/, ''), nowMs);
  }

  async end(): Promise<void> {
    if (this.#half !== undefined) this.#send(this.#half, performance.now());
    this.#half = undefined;
    await this.#queue;
    if (this.#behaviour.hangsBehind === undefined) this.#answer.end();
  }

  #enqueue(event: string, nowMs: number): void {
    if (this.#over) return;
    const { endsBehind, hangsBehind, rewritesEvent } = this.#behaviour;
    const index = this.#index++;
    for (const rewritten of rewritesEvent === undefined ? [event] : rewritesEvent(event, index)) {
      this.#pair(rewritten, nowMs);
    }
    this.#over = index === endsBehind || index === hangsBehind;
  }

  /** The first content alone, then two and two; what is no content ends a waiting half. */
  #pair(event: string, nowMs: number): void {
    const content = contentOf(event);
    if (content !== '') this.#contents += 1;
    const half = this.#half;
    this.#half = undefined;
    if (half !== undefined && content !== '') {
      this.merged += 1;
      this.#send(withContent(event, contentOf(half) + content), nowMs);
      return;
    }
    if (half !== undefined) this.#send(half, nowMs);
    if (this.#behaviour.merges === true && content !== '' && this.#contents > 1) this.#half = event;
    else this.#send(event, nowMs);
  }

  #send(event: string, nowMs: number): void {
    const { holdsMs = 0 } = this.#behaviour;
    const isFirst = this.#contents === 1 && contentOf(event) !== '';
    const dueMs = this.#contents === 0 ? nowMs : nowMs + holdsMs;
    this.#queue = this.#queue.then(async () => {
      await waitUntil(dueMs);
      if (isFirst) this.firstSentMs ??= performance.now();
      this.#answer.write(`${event}\n\n`);
    });
  }
}

async function waitUntil(dueMs: number): Promise<void> {
  const leftMs = dueMs - performance.now();
  if (leftMs > TIMER_SLACK_MS) await new Promise((resolve) => setTimeout(resolve, leftMs - TIMER_SLACK_MS));
  while (performance.now() < dueMs) await new Promise((resolve) => setImmediate(resolve));
}

// biome-ignore lint/suspicious/noExplicitAny: an event of which only the content is looked at
function documentOf(event: string): any {
  const data = event.startsWith('data: {') ? event.slice('data: '.length) : '{}';
  return JSON.parse(data);
}

function contentOf(event: string): string {
  return documentOf(event).choices?.[0]?.delta?.content ?? '';
}

function withContent(event: string, content: string): string {
  const document = documentOf(event);
  document.choices[0].delta.content = content;
  return `data: ${JSON.stringify(document)}`;
}
