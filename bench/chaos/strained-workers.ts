/** What must come of a node whose worker threads run out of memory, or get more than they can do. */

import { PATH, QUICK_MODEL } from '../drain/configuration.js';
import { booksAtRest, endNode, metricOf, startNode, until } from './chaos-node.js';
import { type Experiment, Verdict } from './experiment.js';
import { pacing } from './lost-processes.js';
import { ask, countOf, WatchedStreams } from './watched-streams.js';

const STREAMS_MAX = 100;
/** Of JavaScript's heap, in each thread: enough for an acceptor, and too little for what the request makes of it. */
const HEAP_MB = 96;
const ARRAYS = 3_000_000;
const LARGE_BYTES = 900_000;
const LARGE_REQUESTS = 120;

export const exhaustedWorker: Experiment = {
  name: 'worker-out-of-memory',
  what: `a request needs more than the ${HEAP_MB} MB of heap that a thread has`,
  run: async (setting) => {
    const verdict = new Verdict();
    const few = { ...setting, streams: Math.min(setting.streams, STREAMS_MAX) };
    const { itlMs, tokens } = pacing(few);
    const chaos = await startNode(few, { processes: 1, itlMs, nodeOptions: [`--max-old-space-size=${HEAP_MB}`] });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, few.streams, tokens);
      const killer = await post(chaos.node.url, heavyBody());
      verdict.equal(killer.status, 500, 'the answer to the request that ended the thread');
      verdict.check(/"type":"server_error"/.test(killer.text), `its body: ${killer.text}`);
      let asked = 0;
      const back = await until(
        async () => (await ask(chaos.node.url, `after-${asked++}`)) === 200,
        'others are served',
      );
      verdict.healed('served_after_ms', back, setting);
      // That thread has the lowest priority, so that a busy machine takes its time.
      if (setting.healMsMax !== undefined) {
        const isServed = async () => isRead(await post(chaos.node.url, largeBody()));
        verdict.healed('large_served_after_ms', back + (await until(isServed, 'large ones too')), setting);
      }
      const seen = await streams.seen();
      verdict.equal(countOf(seen, 'whole'), seen.length, 'streams that came whole');
      const { aborted, failed, finished, started } = await booksAtRest(chaos);
      verdict.equal(started, finished + failed + aborted, 'requests started against those with an end');
      verdict.equal(await metricOf(chaos, 'llm_simulator_acceptor_deaths_total'), 0, 'acceptors that died');
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

export const overloadedWorkers: Experiment = {
  name: 'rings-full',
  what: `${LARGE_REQUESTS} requests of ${LARGE_BYTES / 1_000} KB behind one that keeps the worker busy, more than the rings and what waits for them hold`,
  run: async (setting) => {
    const verdict = new Verdict();
    const few = { ...setting, streams: Math.min(setting.streams, STREAMS_MAX) };
    const { itlMs, tokens } = pacing(few);
    const chaos = await startNode(few, { processes: 1, itlMs });
    try {
      const streams = new WatchedStreams(chaos.expected);
      await streams.open(chaos.node.url, few.streams, tokens);
      const heavy = post(chaos.node.url, heavyBody());
      const body = largeBody();
      const replies = await Promise.all(Array.from({ length: LARGE_REQUESTS }, () => post(chaos.node.url, body)));
      verdict.check(
        [400, 503].includes((await heavy).status),
        'the request that kept the worker busy got no proper answer',
      );
      const served = replies.filter(isRead).length;
      const refused = replies.filter(({ status, text }) => status === 503 && /"error"/.test(text)).length;
      Object.assign(verdict.figures, { served, refused });
      verdict.equal(served + refused, LARGE_REQUESTS, 'requests that a worker answered, or that were refused in words');
      verdict.equal(await ask(chaos.node.url, 'after'), 200, 'the answer to the next request');
      verdict.check(isRead(await post(chaos.node.url, largeBody())), 'the next large request was not served');
      const seen = await streams.seen();
      verdict.equal(countOf(seen, 'whole'), seen.length, 'streams that came whole');
      const { aborted, failed, finished, started } = await booksAtRest(chaos);
      verdict.equal(started, finished + failed + aborted, 'requests started against those with an end');
    } finally {
      await endNode(chaos);
    }
    return verdict;
  },
};

/** Not JSON, which a worker finds out at the end of it. */
const largeBody = (): string => bodyOf('word '.repeat(LARGE_BYTES / 5)).slice(0, -1);

const isRead = ({ status, text }: { readonly status: number; readonly text: string }): boolean =>
  status === 400 && text.includes('parse the JSON body');

/** Has a worker parse for long. */
const heavyBody = (): string => bodyOf('Hello.', `,"extra":[${'[],'.repeat(ARRAYS)}[]]`);

function bodyOf(content: string, extra = ''): string {
  const request = { model: QUICK_MODEL, max_tokens: 2, messages: [{ role: 'user', content }] };
  return `${JSON.stringify(request).slice(0, -1)}${extra}}`;
}

async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(url + PATH, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}
