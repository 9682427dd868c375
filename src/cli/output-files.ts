/** What a command leaves, files beside what it prints: they are tried out before the work begins, and written at its end. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeReasonOf } from '../config/file-reasons.js';
import { Failure } from '../kernel/failure.js';

export interface OutputFiles {
  readonly html?: string;
  readonly junit?: string;
  readonly csv?: string;
}

/**
 * Two reports in one file would be one that is no form of either.
 * @throws Failure USAGE_INVALID
 */
export function refuseSharedFile({ csv, html, junit }: OutputFiles): void {
  const flagOf = new Map<string, string>();
  for (const [flag, file] of Object.entries({ '--html': html, '--junit': junit, '--csv': csv })) {
    if (file === undefined) continue;
    const other = flagOf.get(resolve(file));
    if (other !== undefined) {
      throw new Failure('USAGE_INVALID', `${other} and ${flag} name the same file: ${file}`, {
        hint: 'Give each report a file of its own.',
      });
    }
    flagOf.set(resolve(file), flag);
  }
}

/** @throws Failure OUTPUT_FAILED where it could not be written */
export function emptyFile(file: string): void {
  orFailure(file, () => closeSync(openSync(file, 'w')));
}

/** @throws Failure OUTPUT_FAILED */
export function writeFile(file: string, text: string): void {
  orFailure(file, () => writeFileSync(file, text));
}

/**
 * Attempts every output in turn, whatever becomes of the others: what was measured cannot be had again.
 * @throws Failure OUTPUT_FAILED that names all that failed
 */
export async function writeEach(outputs: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const output of outputs) {
    try {
      await output();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 0) return;
  if (errors.length === 1) throw errors[0];
  const failures = errors.filter((error) => error instanceof Failure);
  // A defect of the program keeps its stack.
  if (failures.length < errors.length) throw errors.find((error) => !(error instanceof Failure));
  throw new Failure('OUTPUT_FAILED', failures.map(({ message }) => message).join('\n'), {
    hint: 'All others are written in full.',
    cause: failures[0],
  });
}

function orFailure(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new Failure('OUTPUT_FAILED', `${file} cannot be written: ${writeReasonOf(cause)}`, {
      hint: 'Name a file in a folder that is there and may be written to.',
      cause,
    });
  }
}
