/**
 * The part `scaling`: the saturated chunk rate and whole replies per second with 1, 2, … acceptor processes. Servers and clients share all
 * cores where there are not enough for each, and then it is the machine that ends the growth: the figures say how busy it is.
 */
import { availableParallelism } from 'node:os';
import { replyCases } from '../replies/reply-case.js';
import { saturatedCase } from '../streams/load-case.js';
import { runLoad } from '../streams/load-run.js';
import { baseConfiguration, startConfigured, startSimulator } from '../streams/servers.js';
import { median, type PartContext } from './part.js';
import { replyRunOptions } from './replies.js';
import { type ReplyFigures, runReplies } from './reply-run.js';
import { figuresOf, type StreamFigures } from './stream-figures.js';

export interface ScalingRow {
  readonly acceptors: number;
  /** Of the run with the median rate. */
  readonly streams: StreamFigures;
  readonly replies: ReplyFigures;
}

export interface ScalingResult {
  readonly openStreams: number;
  readonly endpoint: string;
  readonly rows: readonly ScalingRow[];
}

const STREAMS = 5_000;
const QUICK_STREAMS = 100;
const RUNS_MAX = 2;
const ACCEPTORS_MAX = 4;
/** Even where there is but one core: more processes must not serve less. */
const ACCEPTORS_MIN = 2;
const ENDPOINT = 'OpenAI chat, 50 tokens';

export async function measureScaling(context: PartContext): Promise<ScalingResult> {
  const most = Math.max(ACCEPTORS_MIN, Math.min(ACCEPTORS_MAX, availableParallelism()));
  const openStreams = context.extent.isQuick ? QUICK_STREAMS : STREAMS;
  const runs = Math.min(RUNS_MAX, context.extent.pairs);
  const streams: StreamFigures[][] = Array.from({ length: most }, () => []);
  const replies: ReplyFigures[][] = Array.from({ length: most }, () => []);
  // Round by round, so that what else the machine does meets all numbers alike.
  for (let run = 1; run <= runs; run++) {
    for (let acceptors = 1; acceptors <= most; acceptors++) {
      context.progress(`${acceptors} acceptors, run ${run} of ${runs}`);
      streams[acceptors - 1].push(await saturate(openStreams, acceptors, context));
      replies[acceptors - 1].push(await askAll(acceptors, context));
    }
  }
  const rows = streams.map((runsOfRow, index) => ({
    acceptors: index + 1,
    streams: middleOf(runsOfRow, ({ chunksPerSecond }) => chunksPerSecond),
    replies: middleOf(replies[index], ({ repliesPerSecond }) => repliesPerSecond),
  }));
  return { openStreams, endpoint: ENDPOINT, rows };
}

async function saturate(openStreams: number, acceptors: number, context: PartContext): Promise<StreamFigures> {
  const { extent, folder, transport } = context;
  const load = saturatedCase(openStreams, extent.windowMs, extent.settleMs);
  const server = startSimulator(load, transport, folder, { acceptors, cores: undefined });
  const run = await runLoad('simulator', load, server, { clients: acceptors, clientCore: undefined });
  if (run.totals.broken > 0) context.broke(`${run.totals.broken} streams with ${acceptors} acceptors`);
  return figuresOf(run);
}

async function askAll(acceptors: number, context: PartContext): Promise<ReplyFigures> {
  const { folder, transport } = context;
  const options = { ...replyRunOptions(context, acceptors), clientCores: undefined };
  const configuration = {
    ...baseConfiguration(options.connections, transport, acceptors),
    simulation: { seed: 1, time_scale: 0 },
  };
  const server = await startConfigured(configuration, folder, { cores: undefined });
  try {
    return await runReplies(server, replyCases.find(({ name }) => name === ENDPOINT)!, options);
  } finally {
    await server.stop();
  }
}

/** The run whose figure is the median, or the one above it. */
function middleOf<Run>(runs: readonly Run[], figure: (run: Run) => number): Run {
  const middle = median(runs.map(figure));
  return runs.reduce((best, run) => (Math.abs(figure(run) - middle) < Math.abs(figure(best) - middle) ? run : best));
}
