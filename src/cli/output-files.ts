/** Files that a command leaves beside what it prints: tried out before the work begins, written at its end. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { reasonOf } from '../config/file-reasons.js';
import { Failure } from '../kernel/failure.js';

/** @throws Failure OUTPUT_FAILED where it could not be written */
export function emptyFile(file: string): void {
  orFailure(file, () => closeSync(openSync(file, 'w')));
}

/** @throws Failure OUTPUT_FAILED */
export function writeFile(file: string, text: string): void {
  orFailure(file, () => writeFileSync(file, text));
}

function orFailure(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new Failure('OUTPUT_FAILED', `${file} cannot be written: ${reasonOf(cause)}`, {
      hint: 'Name a file in a folder that is there and may be written to.',
      cause,
    });
  }
}
