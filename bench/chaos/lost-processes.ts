/** What must come of a node whose processes die. */
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { booksAtRest, endNode, metricOf, processesOf, startNode, until } from './chaos-node.js';
import { type ChaosSetting, type Experiment, Verdict } from './experiment.js';
import { ask, countOf, WatchedStreams } from './watched-streams.js';

const PROCESSES = 2;
/** Chunks a second over all streams, which leave room on a small machine. */
const CHUNKS_PER_SEC = 4_000;
const ITL_MS_MIN = 50;
/** How long opening a thousand streams may take, and how long they go on after what is done to the node. */
const OPEN_SECS_PER_THOUSAND = 3;
const REST_SECS = 12;
const EXIT_ACCEPTORS_LOST = 6;
const DEATHS = 5;
const ERROR_EVENT = /^data: \{"error":\{[^\n]*\}\}\n\n$/m;
/** After the last stream has opened, and before anything is done: every process has told its books meanwhile. */
const SETTLE_MS = 1_500;

/** From the node's start: the spare process begins to load after five seconds, and has to do so beside the streams. */
const SPARE_STANDS_BY_MS = 9_000;

/** How the streams of a setting are paced, so that they outlast the experiment. */
export function pacing({ streams }: ChaosSetting): { readonly itlMs: number; readonly tokens: number } {
  const itlMs = Math.max(ITL_MS_MIN, Math.ceil((streams / CHUNKS_PER_SEC) * 1_000));
  const secs = Math.ceil((streams / 1_000) * OPEN_SECS_PER_THOUSAND) + REST_SECS;
  return { itlMs, tokens: Math.ceil((secs * 1_000) / itlMs) };
}

export const settle = (): Promise<void> => pause(SETTLE_MS);

export const killedAcceptor: Experiment = {
  name: 'acceptor-killed',
  what: 'SIGKILL to one of two acceptors',
  run: async (setting) => {
    const verdict = new Verdict();
    const { itlMs, tokens } = pacing(setting);
    const chaos = await startNode(setting, { processes: PROCESSES, itlMs });
    const spareStandsBy = pause(SPARE_STANDS_BY_MS);
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, setting.streams, tokens);
      await Promise.all([settle(), spareStandsBy]);
      const [victim] = await processesOf(chaos);
      process.kill(victim.pid, 'SIGKILL');
      let asked = 0;
      const served = await until(
        async () => (await ask(chaos.node.url, `after-${asked++}`)) === 200,
        'the node answers again',
      );
      verdict.healed('first_answer_ms', served, setting);
      const back = await until(async () => {
        const isDead = (await metricOf(chaos, 'llm_simulator_acceptor_deaths_total', 'cause="died"')) === 1;
        return isDead && (await metricOf(chaos, 'llm_simulator_acceptors')) === PROCESSES;
      }, 'another acceptor has taken its place');
      verdict.healed('all_acceptors_ms', served + back, setting);
      const seen = await streams.seen();
      const broken = countOf(seen, 'broken');
      Object.assign(verdict.figures, { streams: seen.length, broken, whole: countOf(seen, 'whole') });
      verdict.equal(broken, victim.activeRequests, 'streams that broke');
      verdict.equal(countOf(seen, 'ended'), 0, 'streams that ended early');
      verdict.equal(seen.filter(({ wrongAt }) => wrongAt !== undefined).length, 0, 'streams with wrong bytes');
      const books = await booksAtRest(chaos);
      verdict.equal(books.lost, broken, 'requests in the books as lost');
      verdict.equal(
        books.started,
        books.finished + books.aborted + books.failed + books.lost,
        'requests started against those with an end',
      );
      verdict.check(
        books.finished >= seen.length - broken,
        `only ${books.finished} requests are in the books as finished`,
      );
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

export const killedPrimary: Experiment = {
  name: 'primary-killed',
  what: 'SIGKILL to the primary, then a start on the same port',
  run: async (setting) => {
    const verdict = new Verdict();
    const { itlMs, tokens } = pacing(setting);
    const chaos = await startNode(setting, { processes: PROCESSES, itlMs });
    const streams = new WatchedStreams(chaos.expected);
    try {
      await streams.open(chaos.node.url, setting.streams, tokens);
      await settle();
      chaos.node.signal('SIGKILL');
      verdict.healed('port_free_ms', await until(() => canListen(chaos.ports[0]), 'the port is free'), setting);
      const seen = await streams.seen();
      const told = seen.filter(({ tail }) => ERROR_EVENT.test(tail)).length;
      Object.assign(verdict.figures, { streams: seen.length, told, whole: countOf(seen, 'whole') });
      verdict.equal(told, seen.length, "streams that ended with their provider's error");
      const startMs = performance.now();
      const next = await startNode(setting, { processes: PROCESSES, itlMs, ports: chaos.ports });
      try {
        verdict.figures.restarted_ms = Math.round(performance.now() - startMs);
        verdict.equal(await ask(next.node.url, 'next'), 200, 'the answer of the next node');
      } finally {
        await endNode(next);
      }
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

export const flappingAcceptors: Experiment = {
  name: 'acceptors-keep-dying',
  what: `SIGKILL to ${DEATHS} acceptors within 30 s`,
  run: async (setting) => {
    const verdict = new Verdict();
    const chaos = await startNode(setting, {
      processes: PROCESSES,
      itlMs: ITL_MS_MIN,
      server: { spare_acceptor: false },
    });
    let exitCode: number | null | undefined;
    void chaos.node.exited.then((code) => {
      exitCode = code;
    });
    try {
      const killed = new Set<number>();
      for (let death = 0; death < DEATHS; death++) {
        let victim = 0;
        await until(async () => {
          const found = await livingChild(chaos.node.pid, killed);
          victim = found ?? 0;
          return found !== undefined;
        }, 'an acceptor is there to be killed');
        killed.add(victim);
        process.kill(victim, 'SIGKILL');
      }
      verdict.figures.ended_ms = await until(async () => exitCode !== undefined, 'the node ends');
      verdict.equal(exitCode ?? -1, EXIT_ACCEPTORS_LOST, 'the exit code');
      verdict.check(/5 acceptor processes died within 30 s; the last: /.test(chaos.node.errors), chaos.node.errors);
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

/** A child of the process that is not among those. */
async function livingChild(pid: number, except: ReadonlySet<number>): Promise<number | undefined> {
  const { readFile } = await import('node:fs/promises');
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
  return children.find((child) => child > 0 && !except.has(child));
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });
}
