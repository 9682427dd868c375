/** `llm-simulator serve` in a process of its own, on free ports. */
import { environment, eventually, moduleArguments, type Outcome, Program, temporaryFile } from './program.js';

export interface ServeOptions {
  /** YAML of a configuration file. */
  readonly yaml?: string;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** For node itself; acceptors inherit them. */
  readonly nodeArguments?: readonly string[];
}

const START_LINE = /listens on (https?:\S+) .*metrics (http:\S+|off)\)\n/;

export class SimulatorProcess {
  readonly program: Program;
  /** What a client's base URL begins with. */
  readonly url: string;
  /** Of the metrics port; "off" when there is none. */
  readonly metricsUrl: string;

  private constructor(program: Program, url: string, metricsUrl: string) {
    this.program = program;
    this.url = url;
    this.metricsUrl = metricsUrl;
  }

  /** Resolves when the start line is out, and fails with the program's own words when it ends instead. */
  static async start(options: ServeOptions = {}): Promise<SimulatorProcess> {
    const program = serve(options);
    let ended: Outcome | undefined;
    void program.exited.then((outcome) => {
      ended = outcome;
    });
    const [, url, metricsUrl] = await eventually(
      () => {
        if (ended !== undefined) throw new Error(`serve ended with ${ended.code}: ${ended.stderr}`);
        return START_LINE.exec(program.stderr) ?? undefined;
      },
      () => `serve printed no start line: ${program.stderr}`,
    );
    return new SimulatorProcess(program, url, metricsUrl);
  }

  /** The lines of its JSON log that are out. */
  logLines(): { [key: string]: unknown }[] {
    const complete = this.program.stdout.split('\n').slice(0, -1);
    return complete.map((line) => JSON.parse(line));
  }

  /** Waits for a line of the log. */
  logLine(message: string, count = 1): Promise<{ [key: string]: unknown }> {
    return eventually(
      () => this.logLines().filter((line) => line.msg === message)[count - 1],
      () => `no log line "${message}" in: ${this.program.stdout}\n${this.program.stderr}`,
    );
  }

  signal(name: NodeJS.Signals): void {
    this.program.child.kill(name);
  }

  /** Sends the signal and waits for the end. */
  end(name: NodeJS.Signals = 'SIGTERM'): Promise<Outcome> {
    this.signal(name);
    return this.program.outcome();
  }
}

/** Starts `serve` without waiting for anything. */
export function serve({ yaml, flags = [], env = {}, nodeArguments = [] }: ServeOptions): Program {
  const file = yaml === undefined ? [] : ['--config', temporaryFile('simulator.yaml', yaml)];
  const address = flags.includes('--port') ? [] : ['--port', '0'];
  const args = ['serve', '--host', '127.0.0.1', ...address, ...file, ...flags];
  return new Program([...nodeArguments, ...moduleArguments('src/main'), ...args], environment(env));
}
