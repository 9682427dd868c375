/** Files with what was found: the input, what it broke, and the command that tries it again. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Finding {
  readonly target: string;
  readonly seed: number;
  /** Inputs before it, and itself. */
  readonly executions: number;
  readonly message: string;
  /** Absent where it took all of the inputs. */
  readonly input?: unknown;
}

export interface SavedFinding extends Finding {
  readonly file: string;
  /** The command line that tries it again. */
  readonly again: string;
}

/** Writes it to a file of its own in the folder, which is made where it is missing. */
export function saveFinding(folder: string, finding: Finding): SavedFinding {
  mkdirSync(folder, { recursive: true });
  const { target, seed, executions } = finding;
  const file = join(folder, `${target}-${seed}-${executions}.json`);
  const again =
    'input' in finding
      ? `npm run fuzz -- --replay ${file}`
      : `npm run fuzz -- --target ${target} --seed ${seed} --runs ${executions} --seconds 3600`;
  writeFileSync(file, `${JSON.stringify({ ...finding, again }, undefined, 2)}\n`);
  return { ...finding, file, again };
}

/** @throws Error with a sentence where the file is none that saveFinding wrote */
export function readFinding(file: string): Finding & { readonly input: unknown } {
  const finding = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof finding?.target !== 'string' || !('input' in finding)) {
    throw new Error(`${file} holds no input: its "again" says how to repeat the run`);
  }
  return finding;
}
