/**
 * Starts the processes of a run, pinned to a core where that is possible, and sees to it that none outlives this one: every child is
 * stopped by its own id, also when the run fails or is interrupted.
 */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Servers have the first core to themselves, the load client the second. */
export const SERVER_CORE = '0';
export const CLIENT_CORE = '1';

/** How long a child may take to leave after SIGTERM. */
const LEAVE_MS_MAX = 5_000;
/** A child's output that is kept for an error message. */
const OUTPUT_CHARS_MAX = 4_000;

export interface StartedChild {
  readonly process: ChildProcess;
  /** The end of what it has written to stderr so far. */
  output(): string;
}

const children = new Set<ChildProcess>();

/** True where the server and the client get a core each. */
export const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/**
 * Starts node with the arguments. The child has an IPC channel.
 * @param cores as taskset names them, as '0' or '0-1'; undefined for any
 */
export function startNode(cores: string | undefined, args: readonly string[]): StartedChild {
  return startProgram(cores, [process.execPath, ...args], ['ignore', 'ignore', 'pipe', 'ipc']);
}

/** Starts any program; what it writes to stderr is kept. */
export function startProgram(
  cores: string | undefined,
  program: readonly string[],
  stdio: StdioOptions = ['ignore', 'ignore', 'pipe'],
  environment: NodeJS.ProcessEnv = {},
): StartedChild {
  const command = canPin && cores !== undefined ? ['taskset', '-c', cores, ...program] : program;
  const child = spawn(command[0], command.slice(1), {
    stdio,
    env: { ...environmentOfServers(), ...environment },
    serialization: 'json',
  });
  children.add(child);
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_CHARS_MAX);
  });
  child.once('exit', () => children.delete(child));
  child.on('error', () => children.delete(child));
  return { process: child, output: () => output };
}

/** Asks the child to leave and kills it when it does not. */
export async function stopChild({ process: child }: StartedChild): Promise<void> {
  if (!children.has(child)) return;
  await new Promise<void>((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), LEAVE_MS_MAX);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Call once: nothing that was started is left behind, however this process ends. */
export function endChildrenOnExit(): void {
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL');
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}

/** The caller's own configuration of the simulator must not change what is measured. */
function environmentOfServers(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(LLM_SIM__|LLM_SIM_LOG$|RUST_LOG$)/.test(name));
  // Nobody is left to notice that it goes.
  return { ...Object.fromEntries(own), LLM_SIM__SERVER__LAME_DUCK_SECS: '0' };
}
