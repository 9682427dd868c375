/** The command line of `compare`: its flags, in groups, and the help about its exit codes. */
import { type Command, Option } from 'commander';
import { DIALECTS } from '../load/contract.js';
import { presets } from '../load/plan/presets.js';
import type { CompareFlags } from './compare.js';
import {
  ADMIN_KEY_VARIABLE,
  API_KEY_VARIABLE,
  baseUrl,
  collect,
  durationSecs,
  integerIn,
  tokenLength,
} from './flag-values.js';

const EXIT_CODES = `
Exit codes:
  0  the comparison is done, and every assertion held
  1  an assertion did not hold, also where nothing could be compared, or the program failed and says why
  2  the command line is wrong
  3  the plan is wrong
  7  the comparison is invalid: it was broken off, whatever was asserted; or nothing could be compared, and no assertion
     failed by that`;

const EXAMPLES = `
Examples:
  llm-simulator compare --direct http://127.0.0.1:8080 --gateway http://127.0.0.1:4000
  llm-simulator compare --direct http://127.0.0.1:8080 --gateway http://127.0.0.1:4000 --pairs 500 \\
    --assert 'added_ttft_p50_high<5ms' --assert 'anomalies==0' --html report.html`;

export function addCompareCommand(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('compare')
    .description(
      'send the same requests to a simulator directly and through a gateway, and say what the gateway adds and changes',
    )
    .requiredOption('--direct <url>', 'the simulator: http://127.0.0.1:8080', baseUrl)
    .requiredOption('--gateway <url>', 'the gateway, which has that simulator as its upstream', baseUrl)
    .option('-n, --pairs <number>', 'requests that go each way', integerIn(1, 100_000), 300)
    .option('--concurrency <number>', 'pairs that are under way at once', integerIn(1, 1_000), 8);
  addRequestOptions(command);
  addGatewayOptions(command);
  addOutputOptions(command);
  command
    .addHelpText('after', EXAMPLES)
    .addHelpText('after', EXIT_CODES)
    .action(async (flags: CompareFlags) => {
      const { compare } = await import('./compare.js');
      setExitCode(await compare(flags));
    });
}

function addRequestOptions(command: Command): void {
  command
    .option('--plan <file>', 'YAML plan, of which the mix counts; flags change it')
    .addOption(new Option('--preset <name>', 'a plan to start from').choices(presets.map(({ name }) => name)))
    .addOption(new Option('--dialect <name>', 'which API is spoken').choices(DIALECTS))
    .option('-m, --model <name>', 'the model that is asked for')
    .option('--stream', 'answers are streamed (the default where the API can)')
    .option('--no-stream', 'answers come whole')
    .option('--prompt-tokens <length>', 'of a turn: 300, or median and 95th percentile: 300,800', tokenLength)
    .option('--output-tokens <length>', 'limit of output tokens (default: 64 without a plan or preset)', tokenLength)
    .option('--turns <length>', 'requests of a conversation: 4, or 3,8', tokenLength)
    .addOption(
      new Option('--api-key <key>', 'sent as the API wants its key, on both ways unless --gateway-key is given').env(
        API_KEY_VARIABLE,
      ),
    )
    .option('-H, --header <line>', "a header of every request, 'name: value'; may be given several times", collect)
    .option('--timeout <time>', 'after so long a request is given up', durationSecs)
    .option('--seed <number>', 'seed of everything random (default: 1)', integerIn(0, Number.MAX_SAFE_INTEGER));
}

function addGatewayOptions(command: Command): void {
  command
    .addOption(
      new Option('--gateway-dialect <name>', 'which API the gateway speaks, if it is another').choices(DIALECTS),
    )
    .option('--gateway-model <name>', "the gateway's name for the model, if it is another")
    .option('--gateway-key <key>', "the gateway's own key")
    .option('--gateway-header <line>', "a header of requests to the gateway, 'name: value'; several", collect)
    .option('--no-request-ids', 'requests do not carry x-llm-sim-request-id: see docs/compare.md')
    .option('--no-marks', "bodies do not carry the request's key as their user's name")
    .option('--upstream <url>', "where the simulator's admin API is, if not at --direct", baseUrl)
    .addOption(new Option('--admin-key <key>', "the simulator's admin key").env(ADMIN_KEY_VARIABLE));
}

function addOutputOptions(command: Command): void {
  command
    .option('--assert <assertion>', "what has to hold, 'added_ttft_p50<5ms'; may be given several times", collect)
    .option('--json', 'print the result as JSON')
    .option('--html <file>', 'write a report with plots, in one file')
    .option('--junit <file>', 'write the assertions as a JUnit report')
    .option('--csv <file>', 'write a row for each pair')
    .option('-q, --quiet', 'no progress on the terminal');
}
