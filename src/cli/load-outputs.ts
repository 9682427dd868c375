/** What a run leaves: the live view while it goes on, then the table or JSON on standard output, and the files that were asked for. */
import { printable } from '../kernel/printable-text.js';
import type { RunSink } from '../load/contract.js';
import { oracleTable } from '../load/oracle/table.js';
import { htmlReport } from '../load/report/html-report.js';
import { junitReport } from '../load/report/junit-report.js';
import { type LiveView, liveView } from '../load/report/live-view.js';
import { type RequestsCsv, requestsCsv } from '../load/report/requests-csv.js';
import { tableReport } from '../load/report/table-report.js';
import type { RunResult } from '../load/result.js';
import { emptyFile, type OutputFiles, refuseSharedFile, writeEach, writeFile } from './output-files.js';
import { StandardOutput } from './standard-output.js';

export interface OutputFlags extends OutputFiles {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export class LoadOutputs {
  readonly #flags: OutputFlags;
  readonly #live: LiveView | undefined;
  readonly #csv: RequestsCsv | undefined;

  /** @throws Failure OUTPUT_FAILED for a file that cannot be written, USAGE_INVALID for one that is named twice */
  constructor(flags: OutputFlags) {
    refuseSharedFile(flags);
    this.#flags = flags;
    for (const file of [flags.html, flags.junit]) if (file !== undefined) emptyFile(file);
    this.#csv = flags.csv === undefined ? undefined : requestsCsv(flags.csv);
    this.#live = flags.quiet === true ? undefined : liveView(process.stderr);
  }

  get sinks(): RunSink[] {
    return [this.#live, this.#csv].filter((sink) => sink !== undefined);
  }

  /** Nothing is to be seen of the live view any more. */
  endOfRun(): void {
    this.#live?.close();
  }

  /** @throws Failure OUTPUT_FAILED */
  async write(result: RunResult): Promise<void> {
    const { json = false, html, junit } = this.#flags;
    await writeEach([
      () => new StandardOutput().write(json ? `${JSON.stringify(result, null, 2)}\n` : tableOf(result)),
      () => html !== undefined && writeFile(html, htmlReport(result)),
      () => junit !== undefined && writeFile(junit, junitReport(result)),
      () => this.#csv?.close(),
    ]);
  }
}

/** What the journal shows stands in front, so that a terminal's last line is the verdict. */
function tableOf(result: RunResult): string {
  if (result.upstream === undefined) return tableReport(result);
  const seen = oracleTable(result.upstream).split('\n').map(printable);
  return `What the simulator saw:\n${seen.join('\n')}\n${tableReport(result)}`;
}
