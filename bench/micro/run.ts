/**
 * `npm run bench`: what single parts cost, without sockets and timers. Loads every *.bench.ts file of this folder, each of which
 * registers its tasks, and runs them one after another for a bounded time.
 *
 *   npm run bench                      all tasks
 *   npm run bench -- wheel             tasks whose file or name contains the text
 *   npm run bench -- --json            the figures as JSON on stdout
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';

const TASK_MS = 300;
const WARMUP_MS = 50;
/** Slow tasks, whose calls take longer than TASK_MS / ITERATIONS_MIN, are called so often all the same. */
const ITERATIONS_MIN = 10;

interface BenchFile {
  register(bench: Bench): void;
}

interface Row {
  readonly task: string;
  readonly medianUs: number;
  readonly meanUs: number;
  readonly p99Us: number;
  /** Half the width of the mean's 95 % confidence interval. */
  readonly marginPercent: number;
  readonly opsPerSecond: number;
}

const { values: flags, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
if (flags.help) console.log('npm run bench -- [text that the file or the task contains] [--json]');
else await main(positionals.join(' ').toLowerCase());

async function main(filter: string): Promise<void> {
  const bench = new Bench({
    time: TASK_MS,
    iterations: ITERATIONS_MIN,
    warmupTime: WARMUP_MS,
    warmupIterations: 2,
  });
  await registerTasks(bench, filter);
  if (bench.tasks.length === 0) {
    console.error(`no task contains "${filter}"`);
    process.exitCode = 1;
    return;
  }
  await bench.run();
  const rows = bench.tasks.map(rowOf);
  if (flags.json) console.log(JSON.stringify({ node: process.version, taskMs: TASK_MS, tasks: rows }, undefined, 2));
  else console.table(Object.fromEntries(rows.map(({ task, ...figures }) => [task, mapValues(figures, threeDigits)])));
}

/** Files whose name contains the filter give all their tasks, others those whose name does. */
async function registerTasks(bench: Bench, filter: string): Promise<void> {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.bench.ts'));
  for (const file of files.sort()) {
    const known = new Set(bench.tasks.map((task) => task.name));
    const { register } = (await import(`./${file}`)) as BenchFile;
    register(bench);
    if (file.includes(filter)) continue;
    for (const { name } of bench.tasks) {
      if (!known.has(name) && !name.toLowerCase().includes(filter)) bench.remove(name);
    }
  }
}

function rowOf({ name, result }: Bench['tasks'][number]): Row {
  if (result.state === 'errored') throw result.error;
  if (result.state !== 'completed') throw new Error(`${name} did not complete`);
  const { latency } = result;
  return {
    task: name,
    medianUs: latency.p50 * 1_000,
    meanUs: latency.mean * 1_000,
    p99Us: latency.p99 * 1_000,
    marginPercent: latency.rme,
    opsPerSecond: 1_000 / latency.mean,
  };
}

function mapValues(figures: Omit<Row, 'task'>, format: (value: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, format(value)]));
}

function threeDigits(value: number): number {
  return value >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}
