/**
 * `npm run verify:drippers`: what connections that send a byte now and then do to streams beside them, and when the server is rid of them.
 * Runs with and without them alternate; the verdict is on the median of the differences within the pairs. Exit code 1 when the streams are
 * later by more than 5 ms at the 99th percentile, when one of them breaks, or when a dripping connection is open after 35 s.
 *
 *   npm run verify:drippers                                     2,000 of them beside 1,000 streams, five pairs
 *   npm run verify:drippers -- --drippers 500 --streams 200 --pairs 1 --window 5 --transport node
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_CORE, endChildrenOnExit, type StartedChild, startNode, stopChild } from '../streams/child-processes.js';
import { type LoadCase, pacedCase } from '../streams/load-case.js';
import { type Measurement, runLoad } from '../streams/load-run.js';
import { countOf, programArguments } from '../streams/program-arguments.js';
import { baseConfiguration, MODEL, startConfigured } from '../streams/servers.js';
import { DRIP_KINDS, type DripFigures, type DripPlan } from './drippers.js';

const LATER_MS_MAX = 5;
/** The default of server.receive_timeout_secs, and what a coarse clock adds. */
const GONE_AFTER_MS = 35_000;
const RAMP_MS = 1_000;
const DROP_MS = 1_000;
const SETTLE_MS = 2_000;

interface Dripped {
  readonly figures: DripFigures;
  /** From the first connection on. */
  readonly tookMs: number;
}

interface Pair {
  readonly without: Measurement;
  readonly beside: Measurement;
  readonly dripped: Dripped;
}

const HELP = `npm run verify:drippers -- [options]    streams beside connections that send a byte now and then

  --drippers 2000   connections that drip
  --streams 1000    streams beside them
  --pairs 5         runs without and with them
  --window 10       seconds that are measured
  --transport auto  node, uws or auto
  --help

Exit code: 0 the streams were as good as without them and the connections are gone in time, 1 they were not, 2 the command line is wrong.`;

const values = programArguments(HELP, {
  drippers: '2000',
  streams: '1000',
  pairs: '5',
  window: '10',
  transport: 'auto',
});
const drippers = countOf('drippers', values.drippers, HELP);
const streams = countOf('streams', values.streams, HELP);
const pairs = countOf('pairs', values.pairs, HELP);
const load: LoadCase = {
  ...pacedCase(streams, countOf('window', values.window, HELP) * 1_000, SETTLE_MS),
  kind: 'cut',
};
endChildrenOnExit();
process.exitCode = (await verify()) ? 0 : 1;

async function verify(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-drippers-'));
  const results: Pair[] = [];
  try {
    for (let index = 0; index < pairs; index++) {
      const without = (await measure(folder, false)).measurement;
      const { dripped, measurement } = await measure(folder, true);
      if (dripped === undefined) throw new Error('nothing dripped');
      const pair = { without, beside: measurement, dripped };
      results.push(pair);
      console.log(describe(pair));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return judge(results);
}

/** One server, one load; the drippers begin with the window and are watched until they are gone or should be. */
async function measure(
  folder: string,
  drips: boolean,
): Promise<{ readonly measurement: Measurement; readonly dripped: Dripped | undefined }> {
  let dripping: Promise<Dripped> | undefined;
  const server = await startConfigured(configuration(), folder);
  const gone = async (): Promise<void> => {
    await dripping;
    await server.stop();
  };
  const measurement = await runLoad(
    'simulator',
    load,
    { ...server, stop: gone },
    {
      observe: (moment) => {
        if (drips && moment === 'window_begins') dripping = drip(server.port);
      },
    },
  );
  return { measurement, dripped: await dripping };
}

async function drip(port: number): Promise<Dripped> {
  const plan: DripPlan = { port, connections: drippers, rampMs: RAMP_MS, dropMs: DROP_MS, kinds: DRIP_KINDS };
  const startMs = performance.now();
  const entry = join(import.meta.dirname, 'drip-client.ts');
  const child = startNode(CLIENT_CORE, ['--import', 'tsx', entry, JSON.stringify(plan)]);
  try {
    return await watch(child, startMs);
  } finally {
    await stopChild(child);
  }
}

async function watch(child: StartedChild, startMs: number): Promise<Dripped> {
  const giveUp = AbortSignal.timeout(GONE_AFTER_MS + 10_000);
  for (;;) {
    const [figures] = (await once(child.process, 'message', { signal: giveUp })) as [DripFigures];
    const isOver = figures.opened === drippers && figures.open === 0;
    const tookMs = performance.now() - startMs;
    if (isOver || tookMs > GONE_AFTER_MS + RAMP_MS + 5_000) return { figures, tookMs };
  }
}

function configuration(): unknown {
  const base = baseConfiguration(streams + drippers, values.transport);
  const latency = {
    ttft: { distribution: 'constant', value_ms: load.ttftMs },
    itl: { distribution: 'constant', value_ms: load.intervalMs },
  };
  return { ...base, providers: { [MODEL]: { dialect: 'openai', max_output_tokens: 100_000, latency } } };
}

function describe({ without, beside, dripped: { figures } }: Pair): string {
  const p99 = ({ window }: Measurement) => `${window.slip.p99Ms.toFixed(2)} ms`;
  const longest = Object.entries(figures.longestMs).map(([kind, ms]) => `${kind} ${(ms / 1_000).toFixed(1)} s`);
  return (
    `p99 slip ${p99(without)} alone, ${p99(beside)} beside ${figures.opened} drippers; left open ${figures.open}; ` +
    `answers ${JSON.stringify(figures.statuses)}; longest: ${longest.join(', ')}`
  );
}

function judge(results: readonly Pair[]): boolean {
  const later = results.map(({ beside, without }) => beside.window.slip.p99Ms - without.window.slip.p99Ms);
  const median = later.sort((a, b) => a - b)[Math.floor(later.length / 2)]!;
  const left = results.reduce((sum, { dripped }) => sum + dripped.figures.open, 0);
  const longest = Math.max(...results.flatMap(({ dripped }) => Object.values(dripped.figures.longestMs)));
  const broken = results.reduce((sum, { beside }) => sum + beside.totals.broken, 0);
  const verdicts: readonly (readonly [passed: boolean, says: string])[] = [
    [median <= LATER_MS_MAX, `p99 slip grows by ${median.toFixed(2)} ms (at most ${LATER_MS_MAX})`],
    [
      left === 0 && longest <= GONE_AFTER_MS,
      `${left} drippers left, the longest for ${(longest / 1_000).toFixed(1)} s (at most 35)`,
    ],
    [broken === 0, `${broken} streams broken`],
  ];
  for (const [passed, says] of verdicts) console.log(`${passed ? 'ok  ' : 'FAIL'} ${says}`);
  return verdicts.every(([passed]) => passed);
}
