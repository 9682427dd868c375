/**
 * A node that does everything that metrics tell of, and clients that make it do so: whole replies, streams, waits in the queue, faults, rate
 * limits, wrong requests, cached prompts, a model with a serving engine. Bounded: a round is a fixed list of requests.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatorProcess } from '../process/simulator-process.js';

/** The limit on late chunks is one that no machine keeps, so that the node calls itself saturated. */
const YAML = `
server: { workers: 1 }
simulation:
  slip_limit_ms: 0.1
  request_overrides: { fault: true }
  concurrency: { max_concurrent_requests: 6 }
providers:
  steady:
    latency:
      ttft: { distribution: constant, value_ms: 20 }
      itl: { distribution: constant, value_ms: 5 }
    prefix_cache: { enabled: true }
  engine:
    latency:
      batching: { enabled: true, preset: llama-3.1-8b-h100-80gb }
rate_limits:
  enabled: true
  tiers:
    small: { limits: [ { models: ["*"], requests_per_minute: 1 } ] }
  keys: [ { api_key: sk-small, tier: small } ]
`;

/** Longer than the prefix cache's least prompt. */
const MANUAL = Array.from({ length: 400 }, (_, step) => `Step ${step}: turn the valve.`).join(' ');

interface Asked {
  readonly model?: string;
  readonly stream?: boolean;
  readonly fault?: string;
  readonly key?: string;
  readonly prompt?: string;
  /** Fields that are wrong. */
  readonly fields?: object;
}

const ROUND: readonly Asked[] = [
  ...Array.from({ length: 8 }, () => ({ stream: true })),
  { stream: true, prompt: MANUAL },
  { prompt: 'Hello!' },
  { model: 'engine', stream: true },
  { model: 'engine' },
  { model: 'nobody-knows-it' },
  { fields: { max_tokens: -1 } },
  { fault: 'overloaded' },
  { fault: 'server_error' },
  { stream: true, fault: 'disconnect;after_tokens=2;manner=fin' },
  { stream: true, fault: 'stall;after_tokens=2;for_ms=50;ending=fin' },
  { stream: true, fault: 'stall;after_tokens=2;for_ms=50' },
  { stream: true, fault: 'slow_headers;delay_ms=20' },
  { key: 'sk-small' },
  { key: 'sk-small' },
];

/** Of a round's requests, those that fail though neither a fault nor a rate limit makes them. */
export const WRONG_PER_ROUND = ROUND.filter(
  ({ fields, model }) => fields !== undefined || model === 'nobody-knows-it',
).length;

export const REQUESTS_PER_ROUND = ROUND.length;

export class BusyNode {
  readonly simulator: SimulatorProcess;
  readonly #file: string;
  rounds = 0;

  private constructor(simulator: SimulatorProcess, file: string) {
    this.simulator = simulator;
    this.#file = file;
  }

  /** @param folder in which its configuration may lie as long as it runs */
  static async start(folder: string): Promise<BusyNode> {
    const file = join(folder, 'simulator.yaml');
    writeFileSync(file, YAML);
    return new BusyNode(await SimulatorProcess.start({ flags: ['--config', file] }), file);
  }

  /** Sends every request of a round at once and waits for the end of each. */
  async round(): Promise<void> {
    this.rounds++;
    await Promise.all(ROUND.map((asked) => send(this.simulator.url, asked)));
  }

  /** Has the node read its configuration anew; with `wrong` it holds something that is refused. Gives the answer's status. */
  async reload(wrong: boolean): Promise<number> {
    writeFileSync(this.#file, wrong ? `${YAML}nonsense: 1\n` : `${YAML}# read again\n`);
    const answer = await fetch(`${this.simulator.url}/admin/config/reload`, { method: 'POST' });
    await answer.arrayBuffer();
    return answer.status;
  }

  metrics(): Promise<string> {
    return fetch(this.simulator.metricsUrl).then((answer) => answer.text());
  }
}

/** Some of the answers break off by intention. */
async function send(
  url: string,
  { fault, fields, key, model = 'steady', prompt = 'Hello!', stream = false }: Asked,
): Promise<void> {
  const body = { model, messages: [{ role: 'user', content: prompt }], max_tokens: 8, stream, ...fields };
  try {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(fault === undefined ? {} : { 'x-llm-sim-fault': fault }),
      },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
  } catch (error) {
    if (fault === undefined) throw error;
  }
}
