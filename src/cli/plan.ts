/**
 * `llm-simulator plan`: reads requests from standard input and prints what a freshly started server with the configuration would answer, and
 * when. Starts nothing and listens nowhere.
 */
import { loadConfiguration } from '../config/loader.js';
import { createSnapshot } from '../config/snapshot.js';
import { Failure } from '../kernel/failure.js';
import type { RequestPlan } from '../server/request-plan.js';
import { NotPlannable, RequestPlanner } from '../server/request-planner.js';
import { EXIT_INPUT, EXIT_OK } from './exit-codes.js';
import { overridesOf } from './overrides.js';
import { planDocument } from './plan-document.js';
import { checkFlags, inputFailure, type RequestFlags, requestOf } from './plan-input.js';
import { planReport } from './plan-report.js';
import type { ScenarioFlag } from './scenario-flag.js';
import { linesOf, wholeOf } from './standard-input.js';
import { StandardOutput } from './standard-output.js';

export interface PlanFlags extends RequestFlags {
  readonly config?: string;
  readonly seed?: number;
  /** Active from the server's start. */
  readonly scenario?: readonly ScenarioFlag[];
  /** One request a line, and one document a line. */
  readonly jsonl?: boolean;
  readonly json?: boolean;
  readonly frames?: boolean;
}

/** Prints the plans and returns the exit code. */
export async function plan(flags: PlanFlags): Promise<number> {
  checkFlags(flags);
  const planner = await createPlanner(flags);
  const { frames = true } = flags;
  if (flags.jsonl) return planLines(planner, flags);
  if (process.stdin.isTTY) process.stderr.write('llm-simulator: the request, as JSON; Ctrl-D ends it\n');
  const planned = planOf(planner, await wholeOf(process.stdin), flags);
  const text = flags.json ? `${JSON.stringify(planDocument(planned, frames), null, 2)}\n` : planReport(planned, frames);
  await new StandardOutput().write(text);
  return EXIT_OK;
}

async function createPlanner({ config, scenario, seed }: PlanFlags): Promise<RequestPlanner> {
  const overrides = overridesOf({
    ...(seed === undefined ? {} : { seed }),
    ...(scenario === undefined ? {} : { scenario }),
  });
  const configuration = loadConfiguration({ file: config, environment: process.env, overrides });
  const { deterministic, seed: configured } = configuration.simulation;
  if (!deterministic || configured === null) {
    const key = deterministic ? 'simulation.seed is null' : 'simulation.deterministic is false';
    throw new Failure('CONFIG_INVALID', `${key}: what a server will answer is not known beforehand`, {
      hint: deterministic
        ? 'Name the seed that the server printed when it started: --seed N'
        : 'Set simulation.deterministic: true',
    });
  }
  return RequestPlanner.create(createSnapshot(configuration, 1, configured));
}

/** Every line gets a document in its place, whatever is wrong with it. */
async function planLines(planner: RequestPlanner, flags: PlanFlags): Promise<number> {
  const { frames = true } = flags;
  const output = new StandardOutput();
  let exitCode = EXIT_OK;
  for await (const { line, bytes } of linesOf(process.stdin)) {
    let document: object;
    try {
      document = planDocument(planOf(planner, bytes, flags), frames);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'INPUT_INVALID') throw error;
      document = { error: error.message, hint: error.hint };
      process.stderr.write(`llm-simulator: line ${line}: ${error.message}\n  ${error.hint}\n`);
      exitCode = EXIT_INPUT;
    }
    if (!(await output.write(`${JSON.stringify({ line, ...document })}\n`))) break;
  }
  return exitCode;
}

function planOf(planner: RequestPlanner, bytes: Uint8Array, flags: RequestFlags): RequestPlan {
  const { request, endpoint } = requestOf(bytes, flags);
  const planned = tryPlan(planner, request);
  if (endpoint !== undefined && planned.endpoint !== undefined && planned.endpoint !== endpoint) {
    throw inputFailure(
      `${request.method} ${request.path} with these headers is ${planned.endpoint}, not ${endpoint}`,
      'APIs that share a path are told apart by headers: add the ones that a client of it sends, with --header',
    );
  }
  return planned;
}

function tryPlan(planner: RequestPlanner, request: Parameters<RequestPlanner['plan']>[0]): RequestPlan {
  try {
    return planner.plan(request);
  } catch (error) {
    if (error instanceof NotPlannable)
      throw inputFailure(error.message, 'Ask about an endpoint of an API: --path /v1/…');
    throw error;
  }
}
