/**
 * Prometheus and promtool as Debian ships them, and a server of a test's own on a free port. Where they are not installed,
 * scripts/prometheus.sh fetches them; without them the tests are skipped, unless LLM_SIM_TEST_PROMETHEUS=required says that this must not
 * happen.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { eventually } from '../process/program.js';

const fetched = join(packageRoot, 'node_modules/.cache/llm-simulator/prometheus');

function find(program: string): string | undefined {
  const path = join(fetched, program);
  if (existsSync(path)) return path;
  return spawnSync(program, ['--version']).status === 0 ? program : undefined;
}

const prometheus = find('prometheus');
const promtool = find('promtool');
const isThere = prometheus !== undefined && promtool !== undefined;

/** Why tests that need Prometheus are skipped; false where they run. */
export const withoutPrometheus =
  isThere || process.env.LLM_SIM_TEST_PROMETHEUS === 'required' ? false : 'no prometheus: scripts/prometheus.sh';

/** Runs promtool and gives what it printed; it must find nothing wrong. @param folder where its paths begin */
export function runPromtool(args: readonly string[], folder = packageRoot): string {
  assert.ok(promtool !== undefined, 'promtool is required: run scripts/prometheus.sh');
  const { status, stderr, stdout } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, `promtool ${args.join(' ')}:\n${stdout}\n${stderr}`);
  return stdout;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

/** One element of an instant vector. */
export interface Sample {
  readonly metric: { readonly [label: string]: string };
  readonly value: number;
}

export interface LoadedRule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

export class PrometheusServer {
  readonly #url: string;
  readonly #process: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.#url = url;
    this.#process = child;
  }

  /**
   * Resolves when it answers.
   * @param yaml of its configuration
   * @param folder for what it keeps, as long as it runs
   */
  static async start(yaml: string, folder: string): Promise<PrometheusServer> {
    assert.ok(prometheus !== undefined, 'prometheus is required: run scripts/prometheus.sh');
    const port = await freePort();
    const file = join(folder, 'prometheus.yaml');
    writeFileSync(file, yaml);
    const options = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ];
    const child = spawn(prometheus, options, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const server = new PrometheusServer(`http://127.0.0.1:${port}`, child);
    process.once('exit', () => child.kill('SIGKILL'));
    await eventually(
      async () => {
        assert.equal(child.exitCode, null, said);
        const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
        return answer?.status === 200 ? true : undefined;
      },
      () => `prometheus does not get ready: ${said}`,
    );
    return server;
  }

  /** What the query gives now; fails where Prometheus finds something wrong with it. */
  async query(expr: string): Promise<Sample[]> {
    const { result } = (await this.#api(`query?query=${encodeURIComponent(expr)}`)) as {
      readonly result: readonly { readonly metric: Sample['metric']; readonly value: readonly [number, string] }[];
    };
    return result.map(({ metric, value }) => ({ metric, value: Number(value[1].replace('Inf', 'Infinity')) }));
  }

  /** The one number that the query gives; NaN where it gives none. */
  async number(expr: string): Promise<number> {
    const samples = await this.query(expr);
    assert.ok(samples.length <= 1, expr);
    return samples[0]?.value ?? Number.NaN;
  }

  async rules(): Promise<LoadedRule[]> {
    const { groups } = (await this.#api('rules')) as { readonly groups: readonly { readonly rules: LoadedRule[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  async #api(path: string): Promise<unknown> {
    const answer = await fetch(`${this.#url}/api/v1/${path}`);
    const { data, error } = (await answer.json()) as { readonly data: unknown; readonly error?: string };
    assert.equal(answer.status, 200, `${decodeURIComponent(path)}: ${error}`);
    return data;
  }

  async close(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}
