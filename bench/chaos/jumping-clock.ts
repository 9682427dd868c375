/** What must come of a node whose wall clock is set, forward and back: nothing that a stream would show. */
import { booksAtRest, endNode, metricOf, startNode } from './chaos-node.js';
import { type Experiment, Verdict } from './experiment.js';
import { pacing } from './lost-processes.js';
import { countOf, WatchedStreams } from './watched-streams.js';

const STREAMS_MAX = 100;
/** What the clocks of a client and a server may differ by over one stream. */
const EARLY_MS_MAX = 5;
const TTFT_MS = 5;

/** In every process and thread of the node: every 50 ms the wall clock is an hour ahead of where it was, or a day behind. */
const JUMPS = `
  const RealDate = Date;
  let offsetMs = 0;
  let jumps = 0;
  setInterval(() => { offsetMs += ++jumps % 3 === 0 ? -86_400_000 : 3_600_000; }, 50).unref();
  globalThis.Date = class extends RealDate {
    constructor(...parts) { if (parts.length === 0) super(RealDate.now() + offsetMs); else super(...parts); }
    static now() { return RealDate.now() + offsetMs; }
  };`;

export const jumpingClock: Experiment = {
  name: 'clock-jumps',
  what: 'the wall clock jumps by hours, twenty times a second',
  run: async (setting) => {
    const verdict = new Verdict();
    const few = { ...setting, streams: Math.min(setting.streams, STREAMS_MAX) };
    const { itlMs, tokens } = pacing(few);
    const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(JUMPS)}`];
    const chaos = await startNode(few, { processes: 1, itlMs, nodeOptions });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, few.streams, tokens);
      const seen = await streams.seen();
      verdict.equal(countOf(seen, 'whole'), seen.length, 'streams that came whole');
      const plannedMs = TTFT_MS + (tokens - 1) * itlMs;
      const shortestMs = Math.min(...seen.map(({ durationMs }) => durationMs));
      Object.assign(verdict.figures, {
        streams: seen.length,
        planned_ms: plannedMs,
        shortest_ms: Math.round(shortestMs),
      });
      verdict.check(shortestMs >= plannedMs - EARLY_MS_MAX, `a stream of ${plannedMs} ms took ${shortestMs} ms`);
      verdict.equal((await booksAtRest(chaos)).finished, seen.length, 'requests in the books as finished');
      verdict.equal(await metricOf(chaos, 'llm_simulator_acceptor_deaths_total'), 0, 'acceptors that died');
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};
