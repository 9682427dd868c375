/** What must come of a node of which a process is frozen: by a debugger, a swapping machine, a container that is paused. */
import { setTimeout as pause } from 'node:timers/promises';
import { booksAtRest, type ChaosNode, endNode, metricOf, processesOf, startNode, until } from './chaos-node.js';
import { type Experiment, Verdict } from './experiment.js';
import { pacing, settle } from './lost-processes.js';
import { countOf, type SeenStream, WatchedStreams } from './watched-streams.js';

const PROCESSES = 2;
const PAUSE_MS = 1_500;
/** As short as it may be, so that nobody waits; an acceptor that is only paused gets the usual one. */
const FROZEN_AFTER_SECS = 2;
/** Each answer about the node takes at most this long, whoever is frozen. */
const ANSWER_MS_MAX = 15_000;

export const pausedAcceptor: Experiment = {
  name: 'acceptor-paused',
  what: `SIGSTOP to one of two acceptors, SIGCONT ${PAUSE_MS} ms later`,
  run: async (setting) => {
    const verdict = new Verdict();
    const { itlMs, tokens } = pacing(setting);
    const chaos = await startNode(setting, { processes: PROCESSES, itlMs, server: { frozen_after_secs: 3_600 } });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, setting.streams, tokens);
      await settle();
      const [victim] = await processesOf(chaos);
      process.kill(victim.pid, 'SIGSTOP');
      const scrape = await timed(async () =>
        verdict.equal(await silentOf(chaos), 1, 'acceptors that the scrape calls silent'),
      );
      verdict.figures.scrape_ms = scrape;
      verdict.check(scrape < ANSWER_MS_MAX, `a scrape took ${scrape} ms`);
      await pause(PAUSE_MS);
      process.kill(victim.pid, 'SIGCONT');
      const seen = await streams.seen();
      allWhole(seen, verdict);
      verdict.equal((await booksAtRest(chaos)).finished, seen.length, 'requests in the books as finished');
      verdict.equal(await metricOf(chaos, 'llm_simulator_acceptor_deaths_total'), 0, 'acceptors that were replaced');
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

export const frozenAcceptor: Experiment = {
  name: 'acceptor-frozen',
  what: `SIGSTOP to one of two acceptors for good, with server.frozen_after_secs: ${FROZEN_AFTER_SECS}`,
  run: async (setting) => {
    const verdict = new Verdict();
    const { itlMs, tokens } = pacing(setting);
    const server = { frozen_after_secs: FROZEN_AFTER_SECS };
    const chaos = await startNode(setting, { processes: PROCESSES, itlMs, server });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, setting.streams, tokens);
      await settle();
      const [victim] = await processesOf(chaos);
      process.kill(victim.pid, 'SIGSTOP');
      verdict.figures.noticed_ms = await until(
        async () => (await metricOf(chaos, 'llm_simulator_acceptor_deaths_total', 'cause="frozen"')) >= 1,
        'the frozen acceptor is killed',
      );
      const back = await until(
        async () => (await metricOf(chaos, 'llm_simulator_acceptors')) === PROCESSES,
        'another acceptor has taken its place',
      );
      verdict.healed('all_acceptors_ms', back, setting);
      const seen = await streams.seen();
      const broken = countOf(seen, 'broken');
      Object.assign(verdict.figures, { streams: seen.length, broken, whole: countOf(seen, 'whole') });
      verdict.equal(broken, victim.activeRequests, 'streams that broke');
      verdict.equal(countOf(seen, 'whole'), seen.length - broken, 'streams that came whole');
      verdict.equal((await booksAtRest(chaos)).lost, broken, 'requests in the books as lost');
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

export const frozenPrimary: Experiment = {
  name: 'primary-paused',
  what: 'SIGSTOP to the primary, and SIGCONT once the acceptors have noticed',
  run: async (setting) => {
    const verdict = new Verdict();
    const { itlMs, tokens } = pacing(setting);
    const chaos = await startNode(setting, { processes: PROCESSES, itlMs });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, setting.streams, tokens);
      await settle();
      chaos.node.signal('SIGSTOP');
      const admin = await timed(async () =>
        verdict.equal(await statusOf(chaos, '/admin/stats'), 503, 'the answer of /admin'),
      );
      const scrape = await timed(async () =>
        verdict.equal(await statusOf(chaos, '/metrics'), 503, 'the answer of /metrics'),
      );
      Object.assign(verdict.figures, { admin_ms: admin, scrape_ms: scrape });
      verdict.check(admin < ANSWER_MS_MAX && scrape < ANSWER_MS_MAX, `answers took ${admin} and ${scrape} ms`);
      await until(async () => (await nodeHealth(chaos)) === 'unresponsive', '/health says so');
      chaos.node.signal('SIGCONT');
      await until(async () => (await nodeHealth(chaos)) === 'ok', '/health says that it is over');
      const seen = await streams.seen();
      allWhole(seen, verdict);
      verdict.equal(await metricOf(chaos, 'llm_simulator_acceptor_deaths_total'), 0, 'acceptors that were replaced');
      const books = await booksAtRest(chaos);
      verdict.equal(books.finished, seen.length, 'requests in the books as finished');
    } finally {
      chaos.node.signal('SIGCONT');
      await endNode(chaos);
    }
    return verdict;
  },
};

function allWhole(seen: readonly SeenStream[], verdict: Verdict): void {
  verdict.figures.streams = seen.length;
  verdict.equal(countOf(seen, 'whole'), seen.length, 'streams that came whole');
}

const silentOf = (chaos: ChaosNode): Promise<number> => metricOf(chaos, 'llm_simulator_acceptors_silent');

async function statusOf({ node }: ChaosNode, path: string): Promise<number> {
  const response = await fetch(node.url + path);
  await response.arrayBuffer();
  return response.status;
}

async function nodeHealth({ node }: ChaosNode): Promise<string> {
  const health = (await (await fetch(`${node.url}/health`)).json()) as { checks: { node: string } };
  return health.checks.node;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return Math.round(performance.now() - startMs);
}
