/** `npm run verify:chaos`: harms a node in every way that it has to survive, one after another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChaosResult, Experiment } from './experiment.js';
import { experiments } from './experiments.js';
import { type ChaosOptions, HELP, parseOptions } from './options.js';

const EXIT_DEFECT = 1;
const EXIT_USAGE = 2;
/** For one experiment: several times what the slowest needs. */
const EXPERIMENT_MS_MAX = 300_000;
const COMMAND = [join(import.meta.dirname, '../../dist/src/main.js')];

interface Report extends ChaosResult {
  readonly name: string;
  readonly what: string;
  readonly secs: number;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();

async function main(): Promise<number> {
  let options: ChaosOptions;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const reports: Report[] = [];
  for (const experiment of experiments) {
    if (options.only !== undefined && !options.only.includes(experiment.name)) continue;
    const report = await conduct(experiment, options);
    reports.push(report);
    if (!options.json) print(report);
  }
  if (options.json) console.log(JSON.stringify({ streams: options.streams, experiments: reports }, undefined, 2));
  return reports.some(({ defects }) => defects.length > 0) ? EXIT_DEFECT : 0;
}

async function conduct({ name, run, what }: Experiment, options: ChaosOptions): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-chaos-'));
  const startMs = performance.now();
  const { healMsMax, streams, transport } = options;
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<ChaosResult>((resolve) => {
    const defects = [`it did not end within ${EXPERIMENT_MS_MAX / 1_000} s`];
    limit = setTimeout(() => resolve({ figures: {}, defects }), EXPERIMENT_MS_MAX);
  });
  try {
    const work = run({ command: COMMAND, folder, transport, streams, healMsMax }).catch((error: Error) => ({
      figures: {},
      defects: [error.message],
    }));
    const { defects, figures } = await Promise.race([work, late]);
    return { name, what, secs: Math.round((performance.now() - startMs) / 100) / 10, figures, defects };
  } finally {
    clearTimeout(limit);
    rmSync(folder, { recursive: true, force: true });
  }
}

function print({ defects, figures, name, secs, what }: Report): void {
  const facts = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  console.log(`${defects.length === 0 ? 'ok    ' : 'DEFECT'} ${name} (${secs} s): ${what}\n       ${facts.join(', ')}`);
  for (const defect of defects) console.log(`       ${defect}`);
}
