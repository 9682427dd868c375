/** How many streams one process of the generator holds: all of them open at once, and each read to its end. */
import { runLoad } from '../../src/load/generator/run-load.js';
import { startConfigured } from '../streams/servers.js';
import { ANSWER_TOKENS, configurationOf, planOf } from './load-plan.js';

/** Streams last longer than it takes to open all of them. */
const PACE = { ttftMs: 2_000, intervalMs: 500 };
const RAMP_UP_SECS = 5;

export interface HeldStreams {
  readonly streams: number;
  /** The server's. */
  readonly transport: string;
  /** Open at one moment, at the most. */
  readonly openMost: number;
  readonly complete: number;
  readonly chunks: number;
  readonly elapsedSecs: number;
  /** From the moment a request was due to the one at which it was sent, ms. */
  readonly latenessP99Ms: number;
  readonly rssMb: number;
}

/** @param folder takes the server's configuration */
export async function holdStreams(streams: number, threads: number, folder: string): Promise<HeldStreams> {
  const server = await startConfigured(configurationOf(streams, PACE), folder);
  let openMost = 0;
  let complete = 0;
  let chunks = 0;
  let rssBytes = 0;
  const lateUs: number[] = [];
  try {
    const totals = await runLoad(planOf(server.port, streams, streams, RAMP_UP_SECS, threads), [
      {
        record: ({ chunkTimesUs, intendedUs, outcome, sentUs }) => {
          if (outcome === 'complete' && chunkTimesUs.length === ANSWER_TOKENS) complete++;
          chunks += chunkTimesUs.length;
          lateUs.push(sentUs - intendedUs);
        },
        tick: ({ inFlight }) => {
          openMost = Math.max(openMost, inFlight);
          rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
        },
      },
    ]);
    lateUs.sort((one, other) => one - other);
    return {
      streams,
      transport: server.transport,
      openMost,
      complete,
      chunks,
      elapsedSecs: totals.elapsedSecs,
      latenessP99Ms: lateUs[Math.ceil(0.99 * lateUs.length) - 1] / 1_000,
      rssMb: rssBytes / 2 ** 20,
    };
  } finally {
    await server.stop();
  }
}
