/** A server whose places a test takes and frees, and what the test sees of those who wait. */
import assert from 'node:assert/strict';
import { eventually } from '../../process/program.js';
import { chatRequest, type Json } from '../chat-client.js';
import { parseExposition } from '../prometheus.js';
import { type RunningServer, type ServerParts, startServer } from '../server-harness.js';

const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
const AN_HOUR_MS = 3_600_000;

/** A stream of the model keeps its place until its client leaves; others answer at once. */
const HELD = { latency: { ttft: constant(0), itl: constant(AN_HOUR_MS) } };
const QUICK = { latency: { ttft: constant(0), itl: constant(0) } };

export interface Books {
  readonly started: number;
  readonly finished: number;
  readonly aborted: number;
  readonly failed: number;
  readonly active: number;
  readonly queued: number;
  readonly waited: number;
}

export interface Held {
  /** Has the client leave. */
  leave(): void;
  /** The stream's text, for one that the server ends. */
  readonly text: Promise<string>;
}

export class FullServer {
  readonly #running: RunningServer;
  readonly #held: AbortController[] = [];

  private constructor(running: RunningServer) {
    this.#running = running;
  }

  /** @param concurrency keys of simulation.concurrency */
  static async start(
    concurrency: Json,
    parts: Omit<ServerParts, 'config'> = {},
    server: Json = {},
  ): Promise<FullServer> {
    const providers = { 'gpt-4': HELD, 'gpt-4o': QUICK, 'claude-sonnet-4-5': QUICK, 'gemini-2.5-flash': QUICK };
    const config = { server, simulation: { concurrency }, providers };
    return new FullServer(await startServer({ ...parts, config }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#running.port}`;
  }

  get port(): number {
    return this.#running.port;
  }

  get server(): RunningServer['server'] {
    return this.#running.server;
  }

  /** @param key the client's API key */
  chat(key: string, fields: Json = {}, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#running.chatUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(chatRequest({ max_tokens: 4, ...fields })),
      ...init,
    });
  }

  /** Takes a place. */
  async hold(): Promise<Held> {
    const controller = new AbortController();
    this.#held.push(controller);
    const response = await this.chat('holder', { model: 'gpt-4', stream: true }, { signal: controller.signal });
    assert.equal(response.status, 200);
    const text = response.text();
    text.catch(() => {});
    return { leave: () => controller.abort(), text };
  }

  async books(): Promise<Books> {
    const { sum } = parseExposition(await (await fetch(`${this.url}/metrics`)).text());
    const ended = (outcome: string) => sum('llm_simulator_requests_ended_total', { outcome });
    return {
      started: sum('llm_simulator_requests_started_total'),
      finished: ended('finished'),
      aborted: ended('aborted'),
      failed: ended('failed'),
      active: sum('llm_simulator_active_requests'),
      queued: sum('llm_simulator_queue_depth'),
      waited: sum('llm_simulator_queue_wait_seconds_count'),
    };
  }

  /** Waits until the books say so. */
  async until(wanted: Partial<Books>): Promise<Books> {
    let books = await this.books();
    return eventually(
      async () => {
        books = await this.books();
        const fits = Object.entries(wanted).every(([name, value]) => books[name as keyof Books] === value);
        return fits ? books : undefined;
      },
      () => `${JSON.stringify(wanted)} of ${JSON.stringify(books)}`,
    );
  }

  /** The journal's entries, the newest first. */
  async journal(): Promise<readonly Json[]> {
    const page = (await (await fetch(`${this.url}/admin/journal`)).json()) as { entries: readonly Json[] };
    return page.entries;
  }

  async stop(): Promise<void> {
    for (const controller of this.#held) controller.abort();
    await this.#running.server.stop();
  }
}
