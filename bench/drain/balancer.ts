/**
 * A load balancer of Debian's in front of two nodes, on loopback, with a configuration that is written for the run: the settings that
 * docs/how-to/drain.md recommends.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const BALANCERS = ['haproxy', 'nginx'] as const;
export type BalancerName = (typeof BALANCERS)[number];

const START_MS_MAX = 20_000;
/** What either asks of a node: HAProxy by its own checks, nginx by the first request after the time. */
const CHECK_MS = 200;
const NGINX_FAIL_SECS = 1;
/** Says which node answered, from nginx. */
const NODE_HEADER = 'x-node';
const OUTPUT_CHARACTERS_MAX = 4_000;
/** Both are in /usr/sbin on Debian, which is not on every user's path. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

interface Listeners {
  readonly port: number;
  /** Of HAProxy's statistics, which say what it thinks of the nodes. */
  readonly statisticsPort: number;
  readonly nodes: readonly number[];
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Undefined where it is not installed; else its version, in its own words. */
export function balancerVersion(name: BalancerName): string | undefined {
  const { status, stderr, stdout } = spawnSync(name, ['-v'], { encoding: 'utf8', env: { ...process.env, PATH } });
  return status === 0 ? `${stdout}${stderr}`.split('\n')[0] : undefined;
}

export class Balancer {
  readonly name: BalancerName;
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly listeners: Listeners;
  private readonly folder: string;
  /** The end of what it has said on its standard error. */
  output = '';

  private constructor(name: BalancerName, listeners: Listeners) {
    this.name = name;
    this.listeners = listeners;
    this.url = `http://127.0.0.1:${listeners.port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'llm-simulator-balancer-'));
    const file = join(this.folder, `${name}.conf`);
    writeFileSync(file, name === 'haproxy' ? haproxy(listeners) : nginx(listeners, this.folder));
    const args = name === 'haproxy' ? ['-db', '-f', file] : ['-p', this.folder, '-c', file, '-e', 'stderr'];
    this.child = spawn(name, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH } });
    running.add(this.child);
    this.child.once('close', () => running.delete(this.child));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output = (this.output + text).slice(-OUTPUT_CHARACTERS_MAX);
    });
  }

  /** Resolves when it passes requests on. */
  static async start(name: BalancerName, listeners: Listeners): Promise<Balancer> {
    const balancer = new Balancer(name, listeners);
    const endMs = performance.now() + START_MS_MAX;
    while (performance.now() < endMs && running.has(balancer.child)) {
      const answer = await fetch(`${balancer.url}/live`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return balancer;
      await sleep(CHECK_MS / 4);
    }
    await balancer.stop();
    throw new Error(`${name} did not start: ${balancer.output}`);
  }

  /** Resolves when it sends requests to a node that has just become ready. */
  async hasNoticed(node: number): Promise<void> {
    const endMs = performance.now() + START_MS_MAX;
    while (!(await (this.name === 'haproxy' ? this.isUp(node) : this.isAnswering(node)))) {
      if (performance.now() > endMs) throw new Error(`${this.name} did not see that node ${node} is ready`);
      await sleep(CHECK_MS / 4);
    }
  }

  async stop(): Promise<void> {
    if (running.has(this.child)) {
      const closed = new Promise((resolve) => this.child.once('close', resolve));
      this.child.kill('SIGKILL');
      await closed;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isUp(node: number): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${this.listeners.statisticsPort}/;csv`);
    const row = (await answer.text()).split('\n').find((line) => line.startsWith(`nodes,node-${node},`));
    return row?.includes(',UP,') ?? false;
  }

  /** As soon as a node has answered one request whole, nginx sends all kinds to it: while that one is open, it sends no others. */
  private async isAnswering(node: number): Promise<boolean> {
    const answer = await fetch(`${this.url}/live`);
    await answer.arrayBuffer();
    return answer.headers.get(NODE_HEADER)?.endsWith(`127.0.0.1:${this.listeners.nodes[node]}`) ?? false;
  }
}

function haproxy({ nodes, port, statisticsPort }: Listeners): string {
  return `
global
  maxconn 4000
defaults
  mode http
  timeout connect 5s
  timeout client 120s
  timeout server 120s
  timeout check 10s
  retries 3
  option redispatch 1
frontend clients
  bind 127.0.0.1:${port}
  default_backend nodes
backend nodes
  balance roundrobin
  option httpchk
  http-check send meth GET uri /ready ver HTTP/1.1 hdr host llm-simulator
  default-server check inter ${CHECK_MS}ms fall 1 rise 1
${nodes.map((node, index) => `  server node-${index} 127.0.0.1:${node}`).join('\n')}
listen statistics
  bind 127.0.0.1:${statisticsPort}
  stats enable
  stats uri /
`;
}

function nginx({ nodes, port }: Listeners, folder: string): string {
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
${folders.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  upstream nodes {
${nodes.map((node) => `    server 127.0.0.1:${node} max_fails=1 fail_timeout=${NGINX_FAIL_SECS}s;`).join('\n')}
    keepalive 64;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://nodes;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 120s;
      proxy_next_upstream error timeout;
      add_header ${NODE_HEADER} $upstream_addr always;
    }
  }
}
`;
}
