/**
 * What is fuzzed: a target makes inputs at random and says what must hold for each of them. Inputs are plain JSON, so that one that breaks
 * a promise can be written to a file and tried again; bytes are texts of which every character is one byte.
 */
import type fc from 'fast-check';

/** What a target is set upon, open for many inputs. */
export interface FuzzSubject<Input> {
  /** @throws when the input breaks a promise */
  execute(input: Input): void | Promise<void>;
  /** Ends it. @throws when something of all that was executed is left behind */
  close(): Promise<void>;
}

export interface FuzzTarget<Input = unknown> {
  readonly name: string;
  /** A line: what is promised. */
  readonly promise: string;
  /** Its part of the time, in relation to the others'. */
  readonly weight: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Why it cannot run on this machine; undefined where it can. */
  obstacle?(): Promise<string | undefined>;
  open(): Promise<FuzzSubject<Input>>;
}

/** Of one target's run. */
export type FuzzResult = FuzzPassed | FuzzFailed;

interface FuzzFigures {
  readonly executions: number;
  /** What the executions took, without opening and closing. */
  readonly secs: number;
}

export interface FuzzPassed extends FuzzFigures {
  readonly kind: 'passed';
}

export interface FuzzFailed extends FuzzFigures {
  readonly kind: 'failed';
  readonly message: string;
  /** The smallest that was found; absent where it took all of the inputs. */
  readonly input?: unknown;
}
