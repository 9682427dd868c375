/**
 * Runs one target: inputs from a seed for a time or a number of them, a failing one made smaller for a while. The same seed gives the same
 * inputs in the same order; how far a run gets in its time is all that differs.
 */
import fc from 'fast-check';
import type { FuzzResult, FuzzSubject, FuzzTarget } from './contract.js';

export interface TargetRunOptions {
  readonly seed: number;
  /** Whichever ends first. */
  readonly seconds: number;
  readonly runs: number;
  /** Called before every execution of the search with the number of the input, from 0. */
  readonly onInput?: (index: number) => void;
}

/** Ends a search: fast-check's own limit of time would leave the execution that is under way to itself. */
class TimeIsUp extends Error {}

/** Making a failing input smaller takes so long at most: executions may wait for something. */
const SHRINK_MS = 10_000;

export async function runTarget<Input>(target: FuzzTarget<Input>, options: TargetRunOptions): Promise<FuzzResult> {
  const subject = await target.open();
  const startedMs = performance.now();
  let executions = 0;
  const search = await fc.check(
    fc.asyncProperty(target.inputs, async (input) => {
      if (performance.now() - startedMs > options.seconds * 1_000) throw new TimeIsUp();
      options.onInput?.(executions);
      executions++;
      await subject.execute(input);
    }),
    { seed: options.seed, numRuns: options.runs, endOnFailure: true },
  );
  const figures = { executions, secs: (performance.now() - startedMs) / 1_000 };
  if (search.counterexample !== null && !(search.errorInstance instanceof TimeIsUp)) {
    const smaller = await shrunk(target, subject, options.seed, search.counterexamplePath ?? '');
    const { input, message } = smaller ?? { input: search.counterexample[0], message: messageOf(search.errorInstance) };
    await subject.close().catch(() => {});
    return { kind: 'failed', ...figures, message, input };
  }
  try {
    await subject.close();
  } catch (error) {
    return { kind: 'failed', ...figures, message: messageOf(error) };
  }
  return { kind: 'passed', ...figures };
}

/** Executes one input. @throws what it breaks */
export async function replay<Input>(target: FuzzTarget<Input>, input: Input): Promise<void> {
  const subject = await target.open();
  try {
    await subject.execute(input);
  } catch (error) {
    await subject.close().catch(() => {});
    throw error;
  }
  await subject.close();
}

/** The target's input with this number: what hung, in a process that is gone. */
export function inputAt<Input>(target: FuzzTarget<Input>, seed: number, index: number): Input {
  return fc.sample(target.inputs, { seed, path: String(index), numRuns: 1 })[0] as Input;
}

/** The smallest that fails; undefined where the input does not fail again. */
async function shrunk<Input>(
  target: FuzzTarget<Input>,
  subject: FuzzSubject<Input>,
  seed: number,
  path: string,
): Promise<{ input: Input; message: string } | undefined> {
  const startedMs = performance.now();
  let smallest: { input: Input; message: string } | undefined;
  await fc.check(
    fc.asyncProperty(target.inputs, async (input) => {
      if (performance.now() - startedMs > SHRINK_MS) return;
      try {
        await subject.execute(input);
      } catch (error) {
        smallest = { input, message: messageOf(error) };
        throw error;
      }
    }),
    { seed, path, numRuns: 1 },
  );
  return smallest;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
