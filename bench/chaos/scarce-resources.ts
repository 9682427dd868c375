/** What must come of a node that the system gives nothing more: no files, no room for its log. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { booksAtRest, type ChaosNode, endNode, metricOf, processesOf, startNode, until } from './chaos-node.js';
import { type Experiment, Verdict } from './experiment.js';
import { pacing, settle } from './lost-processes.js';
import { ask, countOf, WatchedStreams } from './watched-streams.js';

/** Connections that come while there is room for a few. */
const NEWCOMERS = 60;
const FILES_LEFT = 4;
const FILES_AGAIN = 4_000;
const CPU_MS = 2_000;
/** Of a core, besides the streams': a process that spins takes all that it can get. */
const CPU_SHARE_MAX = 0.5;
const CLOCK_TICKS_PER_SEC = 100;
const STREAMS_MAX = 100;
const LINES = 300;

/** In every process of the node, but not again in its threads: standard output is a full disk. */
const FULL_DISK = `
  import { closeSync, openSync } from 'node:fs';
  import { isMainThread } from 'node:worker_threads';
  if (isMainThread) { closeSync(1); openSync('/dev/full', 'w'); }`;

export const noFiles: Experiment = {
  name: 'no-files',
  what: 'an acceptor that can open no more files gets connections',
  run: async (setting) => {
    const verdict = new Verdict();
    const few = { ...setting, streams: Math.min(setting.streams, STREAMS_MAX) };
    const { itlMs, tokens } = pacing(few);
    const chaos = await startNode(few, { processes: 1, itlMs });
    const newcomers: Socket[] = [];
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, few.streams, tokens);
      await settle();
      const [{ pid }] = await processesOf(chaos);
      limitFiles(pid, readdirSync(`/proc/${pid}/fd`).length + FILES_LEFT);
      for (let index = 0; index < NEWCOMERS; index++)
        newcomers.push(connect(chaos.ports[0], '127.0.0.1').on('error', () => {}));
      verdict.figures.noticed_ms = await until(async () => (await reasons(chaos)).includes('no_files'), 'no_files');
      const before = cpuSecs(pid);
      await new Promise((resolve) => setTimeout(resolve, CPU_MS));
      const share = ((cpuSecs(pid) - before) * 1_000) / CPU_MS;
      verdict.figures.cpu_share = Math.round(share * 100) / 100;
      verdict.check(share < CPU_SHARE_MAX, `the acceptor used ${share.toFixed(2)} of a core`);
      for (const socket of newcomers) socket.destroy();
      limitFiles(pid, FILES_AGAIN);
      let asked = 0;
      verdict.figures.recovered_ms = await until(
        async () => (await ask(chaos.node.url, `again-${asked++}`)) === 200,
        'connections are served again',
      );
      const seen = await streams.seen();
      verdict.equal(countOf(seen, 'whole'), seen.length, 'streams that came whole');
      verdict.equal(await metricOf(chaos, 'llm_simulator_acceptor_deaths_total'), 0, 'acceptors that died');
    } finally {
      for (const socket of newcomers) socket.destroy();
      await endNode(chaos);
    }
    return verdict;
  },
};

export const fullDisk: Experiment = {
  name: 'log-disk-full',
  what: 'the log goes to a full disk',
  run: async (setting) => {
    const verdict = new Verdict();
    const few = { ...setting, streams: Math.min(setting.streams, STREAMS_MAX) };
    const { itlMs, tokens } = pacing(few);
    const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(FULL_DISK)}`];
    const chaos = await startNode(few, { processes: 1, itlMs, nodeOptions });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, few.streams, tokens);
      for (let index = 0; index < LINES; index++)
        verdict.equal(await ask(chaos.node.url, `line-${index}`), 200, 'the answer to a request that is logged');
      const seen = await streams.seen();
      verdict.equal(countOf(seen, 'whole'), seen.length, 'streams that came whole');
      const dropped = () => metricOf(chaos, 'llm_simulator_log_lines_dropped_total');
      await until(async () => (await dropped()) > 0, 'a metric tells of lines that were dropped');
      verdict.figures.dropped = await dropped();
      const said = chaos.node.errors.match(/standard output cannot be written \(ENOSPC\)/g)?.length ?? 0;
      verdict.check(said > 0, 'standard error says nothing of it');
      verdict.equal((await booksAtRest(chaos)).finished, seen.length + LINES, 'requests in the books as finished');
      verdict.equal(await metricOf(chaos, 'llm_simulator_acceptor_deaths_total'), 0, 'acceptors that died');
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

function limitFiles(pid: number, files: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${files}:`]);
}

async function reasons({ node }: ChaosNode): Promise<readonly string[]> {
  const health = (await (await fetch(`${node.metricsUrl}/health`)).json()) as { saturated: { reasons: string[] } };
  return health.saturated.reasons;
}

function cpuSecs(pid: number): number {
  const fields = (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) as string).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SEC;
}
