/** What a comparison leaves: progress on a terminal, then the table or JSON on standard output, and the files that were asked for. */
import type { GroundedPair } from '../load/compare/basis.js';
import { compareHtml } from '../load/compare/html.js';
import { pairsCsv } from '../load/compare/pairs-csv.js';
import type { CompareResult } from '../load/compare/result.js';
import { compareTable } from '../load/compare/table.js';
import { junitDocument } from '../load/report/junit-report.js';
import { emptyFile, type OutputFiles, refuseSharedFile, writeEach, writeFile } from './output-files.js';
import { StandardOutput } from './standard-output.js';

export interface CompareOutputFlags extends OutputFiles {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const CLEAR_LINE = '\r\x1b[K';

export class CompareOutputs {
  readonly #flags: CompareOutputFlags;
  readonly #shows: boolean;
  #pairs: readonly GroundedPair[] = [];

  /** @throws Failure OUTPUT_FAILED for a file that cannot be written, USAGE_INVALID for one that is named twice */
  constructor(flags: CompareOutputFlags) {
    refuseSharedFile(flags);
    this.#flags = flags;
    this.#shows = flags.quiet !== true && process.stderr.isTTY === true;
    for (const file of [flags.html, flags.junit, flags.csv]) if (file !== undefined) emptyFile(file);
  }

  progress(done: number, total: number): void {
    if (this.#shows) process.stderr.write(`${CLEAR_LINE}${done} of ${total} pairs`);
  }

  /** For the file that has a row for each. */
  keep(pairs: readonly GroundedPair[]): void {
    this.#pairs = pairs;
  }

  /** Nothing is to be seen of the progress any more. */
  endOfRun(): void {
    if (this.#shows) process.stderr.write(CLEAR_LINE);
  }

  /** @throws Failure OUTPUT_FAILED */
  async write(result: CompareResult): Promise<void> {
    const { csv, html, json = false, junit } = this.#flags;
    const table = compareTable(result);
    await writeEach([
      () => new StandardOutput().write(json ? `${JSON.stringify(result, null, 2)}\n` : table),
      () => csv !== undefined && writeFile(csv, pairsCsv(this.#pairs)),
      () => html !== undefined && writeFile(html, compareHtml(result)),
      () => junit !== undefined && writeFile(junit, junitDocument(result, propertiesOf(result), table)),
    ]);
  }
}

function propertiesOf({ direct, gateway, seed, version }: CompareResult): [string, string][] {
  return [
    ['direct', direct.url],
    ['gateway', gateway.url],
    ['seed', String(seed)],
    ['version', version],
  ];
}
