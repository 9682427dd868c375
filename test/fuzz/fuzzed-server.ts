/**
 * The server that a target sends its inputs to, in a process of its own, and what has to be true of it: it lives, it says nothing of errors, it
 * answers /health at once, and when all is over nothing is left of what was sent.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseExposition } from '../http/prometheus.js';
import { RawClient, request } from '../http/transport/raw-client.js';

export interface ServerSigns {
  /** What each descriptor stands for. */
  readonly openFiles: readonly string[];
  /** On the heap and beside it, behind a full collection. */
  readonly memoryBytes: number;
  readonly metrics: string;
}

/** What caches, the state store and compiled code may take beyond what the first requests took. */
const MEMORY_GROWTH_BYTES_MAX = 96 * 1024 * 1024;
/** Only what is never given back takes so long. */
const SETTLE_GUARD_MS = 60_000;
/** Of the first requests: a small one, and one for the thread of large ones, which starts with it. */
const PROMPT_CHARS = [1, 100_000];
const SAID_CHARS_MAX = 4_000;

const ENTRY = fileURLToPath(new URL('./fixtures/server-process.ts', import.meta.url));

/** Every delay is zero; what the node keeps of requests is bounded tightly, so that growth is a leak. */
export const FUZZED = {
  server: { max_body_bytes: 1_048_576 },
  simulation: { time_scale: 0, sessions: { max_sessions: 100 } },
};

export class FuzzedServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #baseline: ServerSigns;
  #said = '';
  #ending: string | undefined;

  private constructor(child: ChildProcess, port: number, said: () => string, baseline: ServerSigns) {
    this.#child = child;
    this.port = port;
    this.#baseline = baseline;
    this.#said = said();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: string) => {
        this.#said = (this.#said + text).slice(0, SAID_CHARS_MAX);
      });
    }
    child.once('exit', (code, signal) => {
      this.#ending = `ended by ${signal ?? `exit code ${code}`}`;
    });
  }

  /** @param warmUp sends what the target will send, once: what is made on first use is part of the baseline */
  static async start(config: object, warmUp?: (port: number) => Promise<void>): Promise<FuzzedServer> {
    const child = fork(ENTRY, [JSON.stringify(config)], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    const early = once(child, 'exit').then(([code]) => {
      throw new Error(`the server did not start, exit code ${code}: ${said}`);
    });
    const started = once(child, 'message');
    const [{ port }] = (await Promise.race([started, early])) as [{ port: number }];
    early.catch(() => {});
    for (const length of PROMPT_CHARS) await chat(port, length);
    await warmUp?.(port);
    return new FuzzedServer(child, port, () => said, await settled(child));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** It lives, has logged no error, and a new connection gets an answer to /health. */
  async assertWell(): Promise<void> {
    this.#assertQuiet();
    const client = await RawClient.connect(this.port).catch((error: Error) => {
      this.#assertQuiet();
      throw error;
    });
    client.send(request('GET', '/health', ['Connection: close']));
    try {
      const { status } = await client.response();
      assert.equal(status, 200, '/health');
    } finally {
      client.destroy();
    }
    this.#assertQuiet();
  }

  /** Nothing is open any more, started = ended, files and memory are back where they were; then ends it. */
  async close(): Promise<void> {
    this.#assertQuiet();
    try {
      const signs = await settled(this.#child, this.#baseline);
      this.#assertQuiet();
      const grownBytes = signs.memoryBytes - this.#baseline.memoryBytes;
      assert.ok(grownBytes < MEMORY_GROWTH_BYTES_MAX, `memory has grown by ${grownBytes} bytes`);
      const exit = once(this.#child, 'exit');
      this.#child.send('stop');
      const [code] = await exit;
      assert.equal(code, 0, `stopped with ${code}: ${this.#said}`);
    } finally {
      this.#child.kill('SIGKILL');
    }
  }

  #assertQuiet(): void {
    assert.equal(this.#ending, undefined, `the server ${this.#ending}: ${this.#said}`);
    assert.equal(this.#said, '', 'the server said something');
  }
}

async function chat(port: number, promptChars: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'x'.repeat(promptChars) }] }),
  });
  assert.equal(response.status, 200, await response.text());
}

/** Its signs once nothing is open and no more files than before. @throws what is still open at the guard's end */
async function settled(child: ChildProcess, before?: ServerSigns): Promise<ServerSigns> {
  const giveUpAt = Date.now() + SETTLE_GUARD_MS;
  for (;;) {
    const answer = once(child, 'message');
    child.send('signs');
    const [signs] = (await answer) as [ServerSigns];
    const left = leftOver(signs, before);
    if (left.length === 0) return signs;
    assert.ok(Date.now() < giveUpAt, `left over: ${left.join(', ')}`);
    await sleep(50);
  }
}

/** What is open still, each in a few words. */
function leftOver({ metrics, openFiles }: ServerSigns, before: ServerSigns | undefined): string[] {
  const { sum } = parseExposition(metrics);
  const counts = {
    'active requests': sum('llm_simulator_active_requests'),
    'queued requests': sum('llm_simulator_queue_depth'),
    connections: sum('llm_simulator_active_connections'),
    'requests that did not end':
      sum('llm_simulator_requests_started_total') - sum('llm_simulator_requests_ended_total'),
  };
  const left = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  if (before === undefined || openFiles.length <= before.openFiles.length) return left;
  const known = [...before.openFiles];
  const more = openFiles.filter((file) => known.indexOf(file) < 0 || known.splice(known.indexOf(file), 1).length === 0);
  return [...left, `${openFiles.length} files, before ${before.openFiles.length}, among them ${more.join(' ')}`];
}
