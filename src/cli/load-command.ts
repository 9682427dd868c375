/** The command line of `load`: its flags, in groups, and the help about its exit codes. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DIALECTS } from '../load/contract.js';
import { parsePattern, type WrittenStage } from '../load/plan/pattern-text.js';
import { presets } from '../load/plan/presets.js';
import {
  ADMIN_KEY_VARIABLE,
  API_KEY_VARIABLE,
  baseUrl,
  collect,
  durationMs,
  durationSecs,
  integerIn,
  plainNumber,
  tokenLength,
} from './flag-values.js';
import type { LoadFlags } from './load.js';

const EXIT_CODES = `
Exit codes:
  0  the run is done, and every assertion held
  1  an assertion did not hold, also where the target did not answer, or the program failed and says why
  2  the command line is wrong
  3  the plan is wrong
  7  the run is invalid: its figures tell of the generator or of a saturated simulator, or it was broken off, whatever was
     asserted; or the target did not answer, and no assertion failed by that`;

const EXAMPLES = `
Examples:
  llm-simulator load --url http://127.0.0.1:8080 --rate 20 --duration 1m
  llm-simulator load --url http://127.0.0.1:8080 --users 50 --requests 1000 --assert 'ttft_p99<900ms'
  llm-simulator load --url http://127.0.0.1:8080 --plan plan.yaml --json > result.json`;

export function addLoadCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('load')
    .description('send requests to an API as a plan says, measure what comes back, and judge it')
    .option('-u, --url <url>', 'where requests go: http://127.0.0.1:8080')
    .option('--plan <file>', 'YAML plan; flags change it')
    .addOption(new Option('--preset <name>', 'a plan to start from').choices(presets.map(({ name }) => name)));
  addArrivalOptions(command);
  addRequestOptions(command);
  addVerdictOptions(command);
  addOutputOptions(command);
  command
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES)
    .action(async (flags: LoadFlags) => {
      const { load } = await import('./load.js');
      setExitCode(await load(flags));
    });
}

function addArrivalOptions(command: Command): void {
  command
    .option('-r, --rate <number>', 'conversations per second that start, whatever becomes of those before', plainNumber)
    .option(
      '--pattern <pattern>',
      "how they come: 'poisson' (the default), or with a time and parameters 'ramp:60;from_rate=1;to_rate=50'; several are stages",
      collectPattern,
    )
    .addOption(
      new Option('--users <number>', 'users, in place of a rate: each sends when its answer is there')
        .argParser(integerIn(1, 100_000))
        .conflicts(['rate', 'pattern']),
    )
    .option('--think-time <time>', 'between two conversations of a user, in ms unless a unit is given', durationMs)
    .option('--ramp-up <time>', 'over which users start, in s unless a unit is given', durationSecs)
    .option('-d, --duration <time>', 'no conversation starts later: 30, 30s, 5m, 1h', durationSecs)
    .option('-n, --requests <number>', 'no conversation starts after so many requests', integerIn(1, 1_000_000_000))
    .option('--warm-up <time>', 'what is due in the first seconds does not count', durationSecs)
    .option('--max-in-flight <number>', 'requests that may be open at once', integerIn(1, 1_000_000))
    .option('--timeout <time>', 'after so long a request is given up', durationSecs)
    .option('--grace <time>', 'how long open requests may take at the end', durationSecs)
    .option('--threads <number>', 'threads that send', integerIn(1, 64))
    .option('--seed <number>', 'seed of everything random (default: 1)', integerIn(0, Number.MAX_SAFE_INTEGER));
}

function addRequestOptions(command: Command): void {
  command
    .addOption(
      new Option('--dialect <name>', "which API is spoken, unless it is that of the model's name").choices(DIALECTS),
    )
    .option('-m, --model <name>', 'the model that is asked for')
    .option('--stream', 'answers are streamed (the default where the API can)')
    .option('--no-stream', 'answers come whole')
    .option('--prompt-tokens <length>', 'of a turn: 300, or median and 95th percentile: 300,800', tokenLength)
    .option('--output-tokens <length>', 'limit of output tokens that is sent: 200, or 200,700', tokenLength)
    .option('--turns <length>', 'requests of a conversation: 4, or 3,8', tokenLength)
    .addOption(new Option('--api-key <key>', 'sent as the API wants its key').env(API_KEY_VARIABLE))
    .option('--identities <number>', 'clients with keys of their own', integerIn(0, 1_000_000))
    .option('-H, --header <line>', "a header of every request, 'name: value'; may be given several times", collect)
    .option('--no-request-ids', 'requests do not name themselves by x-llm-sim-request-id');
}

function addVerdictOptions(command: Command): void {
  command
    .option('--assert <assertion>', "what has to hold, 'ttft_p99<900ms'; may be given several times", collect)
    .option(
      '--objective <objective>',
      "what counts for the goodput, 'ttft<500ms' (ttft, tpot, e2e); several",
      collectObjective,
    )
    .option('--upstream <url>', 'the simulator behind the target, which is asked whether it was saturated', baseUrl)
    .addOption(new Option('--admin-key <key>', "the simulator's admin key").env(ADMIN_KEY_VARIABLE));
}

function addOutputOptions(command: Command): void {
  command
    .option('--json', 'print the result as JSON')
    .option('--html <file>', 'write a report with plots, in one file')
    .option('--junit <file>', 'write the assertions as a JUnit report')
    .option('--csv <file>', 'write a row for each request')
    .option('--show-plan', 'print the whole plan as JSON, and send nothing')
    .option('-q, --quiet', 'no progress on the terminal');
}

function collectPattern(text: string, before: readonly WrittenStage[] = []): readonly WrittenStage[] {
  try {
    return [...before, parsePattern(text)];
  } catch (error) {
    if (error instanceof RangeError) throw new InvalidArgumentError(`It ${error.message}.`);
    throw error;
  }
}

type Objective = readonly [key: string, ms: number];

function collectObjective(text: string, before: readonly Objective[] = []): readonly Objective[] {
  const [, measure, time = ''] = /^\s*(ttft|tpot|e2e)\s*<=?\s*(\S+)\s*$/.exec(text) ?? [];
  if (measure === undefined) throw new InvalidArgumentError("It has the form 'ttft<500ms', of ttft, tpot or e2e.");
  return [...before, [`${measure}_ms`, durationMs(time)]];
}
