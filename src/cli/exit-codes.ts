/** What the process's exit code says; documented in `--help` and docs/cli.md. */
import type { FailureCode } from '../kernel/failure.js';
import type { Verdict } from '../load/report/verdict.js';

export const EXIT_OK = 0;
export const EXIT_FAILURE = 1;
export const EXIT_USAGE = 2;
export const EXIT_CONFIGURATION = 3;
export const EXIT_PORT = 4;
export const EXIT_INPUT = 5;
export const EXIT_ACCEPTORS_LOST = 6;
/** A load run or comparison whose figures say nothing, and in which no assertion fails by what the target did. */
const EXIT_INVALID_RUN = 7;

export function exitCodeOfVerdict({ word }: Verdict): number {
  switch (word) {
    case 'invalid':
      return EXIT_INVALID_RUN;
    case 'failed':
      return EXIT_FAILURE;
    case 'passed':
    case 'finished':
      return EXIT_OK;
  }
}

export function exitCodeOf(code: FailureCode): number {
  switch (code) {
    case 'CONFIG_INVALID':
    case 'CONFIG_UNREADABLE':
    case 'TRANSPORT_UNAVAILABLE':
      return EXIT_CONFIGURATION;
    case 'PORT_IN_USE':
    case 'PORT_NOT_PERMITTED':
      return EXIT_PORT;
    case 'USAGE_INVALID':
      return EXIT_USAGE;
    case 'INPUT_INVALID':
      return EXIT_INPUT;
    case 'ACCEPTORS_LOST':
      return EXIT_ACCEPTORS_LOST;
    case 'START_FAILED':
    case 'OUTPUT_FAILED':
    case 'UPSTREAM_UNREADABLE':
    case 'INTERNAL':
      return EXIT_FAILURE;
  }
}
