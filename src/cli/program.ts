/** The command line: verbs, flags, help and exit codes. The verbs themselves are loaded only when they run. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ConfigurationFailure, formatProblems } from '../config/problems.js';
import { Failure } from '../kernel/failure.js';
import { packageVersion } from '../kernel/package-root.js';
import { addCompareCommand } from './compare-command.js';
import { EXIT_FAILURE, EXIT_OK, EXIT_USAGE, exitCodeOf } from './exit-codes.js';
import { ADMIN_KEY_VARIABLE, API_KEY_VARIABLE, collect, integerIn, secondsFrom0 } from './flag-values.js';
import { addLoadCommand } from './load-command.js';
import type { ServeFlags } from './overrides.js';
import type { PlanFlags } from './plan.js';
import { parseScenarioFlag, type ScenarioFlag } from './scenario-flag.js';
import type { ScenariosFlags } from './scenarios.js';
import { StandardOutput } from './standard-output.js';
import type { ValidateFlags } from './validate.js';

const EXIT_CODES = `
Exit codes:
  0  success
  1  the program failed and says why, or a second signal ended it at once; or an assertion of load or compare did not hold
  2  the command line is wrong
  3  the configuration or the load plan is wrong, or asks for what this machine lacks
  4  the port is in use or not permitted
  5  what came on standard input is no request
  6  acceptor processes died one after another: five within 30 s
  7  a load run or comparison is invalid: its figures say nothing, and no assertion failed by what the target did`;

/** Names the file where no --config does: a container's image sets it, so that a mount is all that a user has to give. */
const CONFIG_VARIABLE = 'LLM_SIM_CONFIG';
/** Each stands for a flag where that is not given. */
const FLAG_VARIABLES = [CONFIG_VARIABLE, API_KEY_VARIABLE, ADMIN_KEY_VARIABLE];

/** Runs the command line and resolves with the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode = EXIT_OK;
  let help = '';
  // As with all variables of the configuration, one that is set but empty says nothing.
  for (const name of FLAG_VARIABLES) if (process.env[name] === '') delete process.env[name];
  const program = createProgram(
    (code) => {
      exitCode = code;
    },
    (text) => {
      help += text;
    },
  );
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    exitCode = report(error);
  }
  if (help === '') return exitCode;
  try {
    await new StandardOutput().write(help);
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

/** @param onHelp takes what the command line itself prints: help and version */
function createProgram(setExitCode: (code: number) => void, onHelp: (text: string) => void): Command {
  const program = new Command('llm-simulator')
    .description(
      'Offline, deterministic server that imitates LLM HTTP APIs with realistic timing, and a load generator for it.',
    )
    .version(packageVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: onHelp })
    .showHelpAfterError('(llm-simulator --help lists the commands and their options)');
  program
    .command('serve')
    .description(
      'start the server; SIGTERM or SIGINT lets open streams finish and ends it, SIGHUP reloads its configuration',
    )
    .addOption(configOption('YAML configuration; its keys override the defaults'))
    .option('-p, --port <number>', 'port to listen on, 0 for a free one', integerIn(0, 65_535))
    .option('--host <address>', 'address to listen on')
    .option('--seed <number>', 'seed of everything random', integerIn(0, Number.MAX_SAFE_INTEGER))
    .option('--watch', 'reload the configuration when its file changes')
    .addOption(
      new Option('--log-level <level>', 'how much to log').choices(['trace', 'debug', 'info', 'warn', 'error']),
    )
    .option('--scenario <scenario>', SCENARIO_HELP, collectScenario)
    .addHelpText('after', EXIT_CODES)
    .action(async (flags: ServeFlags, command: Command) => {
      if (flags.watch && flags.config === undefined)
        command.error('error: --watch needs the file to watch: --config FILE');
      const { serve } = await import('./serve.js');
      setExitCode(await serve(flags));
    });
  program
    .command('validate')
    .description(
      'check a configuration, with the environment and the defaults it is layered over, and report every problem',
    )
    .addOption(configOption('YAML configuration; the defaults alone when absent'))
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(async (flags: ValidateFlags) => {
      const { validate } = await import('./validate.js');
      setExitCode(await validate(flags));
    });
  program
    .command('scenarios [name]')
    .description('list the configured scenarios, or one of them, with parameters and timeline')
    .addOption(configOption('YAML configuration; the defaults alone when absent'))
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(async (name: string | undefined, flags: ScenariosFlags) => {
      const { scenarios } = await import('./scenarios.js');
      setExitCode(await scenarios(name, flags));
    });
  addPlanCommand(program, setExitCode);
  addLoadCommand(program, setExitCode);
  addCompareCommand(program, setExitCode);
  return program;
}

const configOption = (description: string): Option =>
  new Option('-c, --config <file>', description).env(CONFIG_VARIABLE);

const PLAN_INPUT = `
Standard input holds the body of a request, for chat completions unless --endpoint or --path says otherwise, or an envelope:
  {"path": "/v1/messages", "headers": {"anthropic-version": "2023-06-01"}, "body": {…}}
with "method", "endpoint", "body_text", "request_id" and "occurrence" where wanted.`;

function addPlanCommand(program: Command, setExitCode: (code: number) => void): void {
  program
    .command('plan')
    .description(
      'print what a fresh server would answer to the request on standard input: content, every delay, faults',
    )
    .addOption(configOption('YAML configuration; the defaults alone when absent'))
    .option('--seed <number>', 'seed of everything random', integerIn(0, Number.MAX_SAFE_INTEGER))
    .addOption(new Option('--endpoint <name>', 'which endpoint (default: openai.chat.completions)').conflicts('path'))
    .option('--path <path>', 'path and query of the request, in place of an endpoint: /v1/messages')
    .option('--method <method>', "the request's method (default: the endpoint's, or POST where there is a body)")
    .option('-H, --header <line>', "a header, 'name: value'; may be given several times", collect)
    .option('--request-id <key>', 'the header x-llm-sim-request-id')
    .option(
      '--occurrence <number>',
      'for a request without a key: its number among equal ones, from 1',
      integerIn(1, 0x1_0000_0000),
    )
    .option('--scenario <scenario>', SCENARIO_HELP, collectScenario)
    .option(
      '--at-secs <number>',
      "when the request arrives, in seconds since the server's start (default: 0)",
      secondsFrom0,
    )
    .option('--jsonl', 'read one request a line, print one JSON document a line')
    .option('--json', 'print the plan as JSON')
    .option('--no-frames', 'leave out the list of frames')
    .addHelpText('after', PLAN_INPUT)
    .addHelpText('after', EXIT_CODES)
    .action(async (flags: PlanFlags) => {
      const { plan } = await import('./plan.js');
      setExitCode(await plan(flags));
    });
}

const SCENARIO_HELP =
  "a scenario that is active from the start: 'brownout:300;error_rate=0.2'; may be given several times";

function collectScenario(text: string, before: readonly ScenarioFlag[] = []): readonly ScenarioFlag[] {
  try {
    return [...before, parseScenarioFlag(text)];
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(`It ${error.message}.`);
    throw error;
  }
}

function report(error: unknown): number {
  // Commander has printed what it has to say; its own code for help and version is success.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  if (error instanceof ConfigurationFailure) {
    process.stderr.write(`${formatProblems(error.problems)}\n${error.hint}\n`);
    return exitCodeOf(error.code);
  }
  if (error instanceof Failure) {
    process.stderr.write(`llm-simulator: ${error.message}\n  ${error.hint}\n`);
    return exitCodeOf(error.code);
  }
  process.stderr.write(`llm-simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT_FAILURE;
}
