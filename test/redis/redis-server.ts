/**
 * A real redis-server of a test's own, on a free port, with a folder of its own. Where none is installed, scripts/redis-server.sh fetches
 * Debian's; without either the tests are skipped, unless LLM_SIM_TEST_REDIS=required says that this must not happen.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';

const fetched = join(packageRoot, 'node_modules/.cache/llm-simulator/redis/redis-server');

function find(): string | undefined {
  if (existsSync(fetched)) return fetched;
  return spawnSync('redis-server', ['--version']).status === 0 ? 'redis-server' : undefined;
}

const command = find();
const isRequired = process.env.LLM_SIM_TEST_REDIS === 'required';

/** Why tests that need Redis are skipped; false where they run. */
export const withoutRedis = command === undefined && !isRequired ? 'no redis-server: scripts/redis-server.sh' : false;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

export class RedisServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'llm-sim-redis-'));
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  /** On a free port, serving. */
  static async start(): Promise<RedisServer> {
    assert.ok(command !== undefined, 'a redis-server is required: run scripts/redis-server.sh');
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** Again, on the same port, with nothing in it. */
  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder];
    const child = spawn(command as string, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    let said = '';
    for await (const piece of child.stdout) {
      said += piece;
      if (said.includes('Ready to accept connections')) break;
    }
    assert.match(said, /Ready to accept connections/, said);
  }

  /** As a crash ends it: at once, and what it held is gone. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** It takes connections and answers nothing. */
  hang(): void {
    this.#process?.kill('SIGSTOP');
  }

  wake(): void {
    this.#process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
