/**
 * A node of the simulator as an orchestrator sees it: started on given ports, told to end by SIGTERM, with the log that says how far it is.
 * No node outlives this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Guards against hanging, nothing else. */
const START_MS_MAX = 60_000;
const POLL_MS = 20;

export interface LogLine {
  readonly time: number;
  readonly msg: string;
}

export interface NodeOptions {
  /** For node itself: what runs the command. */
  readonly command: readonly string[];
  readonly configurationFile: string;
  readonly port: number;
  readonly metricsPort: number;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class NodeProcess {
  readonly url: string;
  readonly metricsUrl: string;
  readonly exited: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly lines: LogLine[] = [];
  private output = '';
  private ended = false;

  private constructor({ command, configurationFile, metricsPort, port }: NodeOptions) {
    this.url = `http://127.0.0.1:${port}`;
    this.metricsUrl = `http://127.0.0.1:${metricsPort}`;
    const args = ['serve', '--config', configurationFile, '--host', '127.0.0.1', '--port', String(port)];
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith('LLM_SIM__'));
    const env = { ...Object.fromEntries(own), LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT: String(metricsPort) };
    this.child = spawn(process.execPath, [...command, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env });
    running.add(this.child);
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
    this.readLog();
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code) => {
        running.delete(this.child);
        this.ended = true;
        resolve(code);
      });
    });
  }

  /** Resolves when the metrics port says that the node is ready. */
  static async start(options: NodeOptions): Promise<NodeProcess> {
    const node = new NodeProcess(options);
    const endMs = performance.now() + START_MS_MAX;
    while (performance.now() < endMs && !node.ended) {
      const answer = await fetch(`${node.metricsUrl}/ready`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.status === 200) return node;
      await sleep(POLL_MS);
    }
    node.child.kill('SIGKILL');
    throw new Error(`the node did not start: ${node.output}`);
  }

  /** What it said of itself at the start. */
  get startLine(): string {
    return this.output.split('\n')[0] as string;
  }

  /** Its standard error so far. */
  get errors(): string {
    return this.output;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** When the line was logged, ms since the epoch; undefined as long as it was not. */
  timeOf(message: string): number | undefined {
    return this.lines.find(({ msg }) => msg === message)?.time;
  }

  private readLog(): void {
    let rest = '';
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() as string;
      // Lines of single requests are many, and say nothing of the node.
      for (const line of lines) if (!line.includes('"msg":"request"')) this.lines.push(logLine(line));
    });
  }
}

function logLine(line: string): LogLine {
  const { msg, time } = JSON.parse(line) as { msg: string; time: string };
  return { msg, time: Date.parse(time) };
}

/** Ports that nobody holds at the moment, each a different one. */
export async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(Array.from({ length: count }, hold));
  const ports = holders.map((holder) => (holder.address() as { port: number }).port);
  await Promise.all(holders.map((holder) => new Promise((resolve) => holder.close(resolve))));
  return ports;
}

function hold(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
