/** The configuration of the nodes that are drained, and the requests that are sent to them, with what the configuration makes of each. */
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { RequestPlanner } from '../../src/server/request-planner.js';

export const PATH = '/v1/chat/completions';
export const HELD_MODEL = 'held';
export const QUICK_MODEL = 'quick';

export interface DrainedConfiguration {
  readonly transport: string;
  readonly processes: number;
  /** Requests and connections at a time, at most. */
  readonly requests: number;
  readonly lameDuckSecs: number;
  readonly shutdownTimeoutSecs: number;
  /** Between the tokens of a held stream. */
  readonly itlMs: number;
}

export function configurationOf(options: DrainedConfiguration): object {
  const latency = (value_ms: number) => ({
    ttft: { distribution: 'constant', value_ms: 5 },
    itl: { distribution: 'constant', value_ms },
  });
  return {
    server: {
      transport: options.transport,
      workers: options.processes,
      max_connections: options.requests,
      lame_duck_secs: options.lameDuckSecs,
      shutdown_timeout_secs: options.shutdownTimeoutSecs,
    },
    simulation: { seed: 6, concurrency: { max_concurrent_requests: options.requests } },
    providers: {
      [HELD_MODEL]: { extends: 'gpt-4o', max_output_tokens: 16_384, latency: latency(options.itlMs) },
      [QUICK_MODEL]: { extends: 'gpt-4o', latency: latency(2) },
    },
  };
}

export interface SentRequest {
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

export function requestOf(model: string, key: string, tokens: number, stream: boolean): SentRequest {
  const messages = [{ role: 'user', content: 'Tell me a story.' }];
  return {
    headers: { 'content-type': 'application/json', 'x-llm-sim-request-id': key },
    body: JSON.stringify({ model, messages, max_tokens: tokens, stream }),
  };
}

/** The bytes that a node of the configuration answers to a request. */
export class Expected {
  private readonly planner: RequestPlanner;

  private constructor(planner: RequestPlanner) {
    this.planner = planner;
  }

  static async of(configuration: object): Promise<Expected> {
    const loaded = loadConfiguration({ object: configuration, environment: {} });
    return new Expected(await RequestPlanner.create(createSnapshot(loaded, 1, 0)));
  }

  bytesOf({ body, headers }: SentRequest): Buffer {
    const request = { method: 'POST', path: PATH, headers: new Map(Object.entries(headers)), body: Buffer.from(body) };
    return Buffer.concat(this.planner.plan(request).frames.map(({ bytes }) => bytes));
  }
}
