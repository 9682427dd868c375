/**
 * The part `replies`: whole replies per second of one acceptor at time_scale 0, against a bare handler on the same transport that parses
 * the body and answers a constant of the same length. Simulator and bare handler take turns: each confined to one core, with the client on
 * another, which says what a reply costs; and with all cores for server and client, as they are for who starts them.
 */
import { join } from 'node:path';
import type { BaselineReplies } from '../replies/baseline-server.js';
import { configuration, probe } from '../replies/measuring.js';
import { type ReplyCase, replyCases } from '../replies/reply-case.js';
import { type Placement, startConfigured, startScript } from '../streams/servers.js';
import { digits, median, type PartContext } from './part.js';
import { coresFor } from './placement.js';
import { type ReplyFigures, runReplies } from './reply-run.js';

export interface RepliesRow {
  readonly name: string;
  readonly replyBytes: number;
  /** Medians of the runs. */
  readonly simulator: ReplyFigures;
  readonly bare: ReplyFigures;
  /** Of replies per second, simulator / bare, pair by pair. */
  readonly rateRatios: readonly number[];
  /** Of CPU time per reply. */
  readonly cpuRatios: readonly number[];
}

export interface RepliesResult {
  readonly connections: number;
  /** Servers on one core, the client on another. */
  readonly rows: readonly RepliesRow[];
  /** Servers and client on all cores. */
  readonly unpinned: readonly RepliesRow[];
}

const NAMES = ['OpenAI chat, 50 tokens', 'OpenAI embedding, 1536 dimensions, base64', 'Anthropic count_tokens'];
export const REPLY_CONNECTIONS = 50;
/** By then the compiler has had its say. */
const WARM_UP_MS = 2_000;
const QUICK_WARM_UP_MS = 100;

export async function measureReplies(context: PartContext): Promise<RepliesResult> {
  const names = context.extent.isQuick ? NAMES.slice(0, 1) : NAMES;
  const cases = replyCases.filter(({ name }) => names.includes(name));
  const rows: RepliesRow[] = [];
  for (const one of cases) rows.push(await measureCase(one, context, {}));
  const unpinned: RepliesRow[] = [];
  for (const one of cases) unpinned.push(await measureCase(one, context, { cores: undefined }));
  return { connections: REPLY_CONNECTIONS, rows, unpinned };
}

export function replyRunOptions({ extent }: PartContext, acceptors: number) {
  const clients = acceptors;
  return {
    windowMs: extent.windowMs,
    warmUpMs: extent.isQuick ? QUICK_WARM_UP_MS : WARM_UP_MS,
    connections: REPLY_CONNECTIONS * acceptors,
    clients,
    clientCores: coresFor(acceptors, clients).clients,
  };
}

async function measureCase(one: ReplyCase, context: PartContext, placement: Placement): Promise<RepliesRow> {
  const { extent, folder, transport } = context;
  const { pairs } = extent;
  const simulators: ReplyFigures[] = [];
  const bares: ReplyFigures[] = [];
  const isPinned = !('cores' in placement);
  const options = { ...replyRunOptions(context, 1), ...(isPinned ? {} : { clientCores: undefined }) };
  let replyBytes = 0;
  for (let pair = 1; pair <= pairs; pair++) {
    context.progress(`${one.name}, ${isPinned ? 'one core' : 'all cores'}, pair ${pair} of ${pairs}`);
    const simulator = await startConfigured(configuration(transport), folder, placement);
    try {
      replyBytes = await probe(simulator, one);
      simulators.push(await runReplies(simulator, one, options));
    } finally {
      await simulator.stop();
    }
    const bareOptions: BaselineReplies = { transport, replyBytes };
    const entry = join(import.meta.dirname, '../replies/baseline-server.ts');
    const bare = await startScript(entry, JSON.stringify(bareOptions), transport, placement);
    try {
      bares.push(await runReplies(bare, one, options));
    } finally {
      await bare.stop();
    }
  }
  return {
    name: one.name,
    replyBytes,
    simulator: medianFigures(simulators),
    bare: medianFigures(bares),
    rateRatios: simulators.map((run, index) => digits(run.repliesPerSecond / bares[index].repliesPerSecond, 3)),
    cpuRatios: simulators.flatMap((run, index) => {
      const bare = bares[index].cpuUsPerReply;
      return run.cpuUsPerReply === null || bare === null ? [] : [digits(run.cpuUsPerReply / bare, 3)];
    }),
  };
}

function medianFigures(runs: readonly ReplyFigures[]): ReplyFigures {
  const of = (figure: (run: ReplyFigures) => number) => median(runs.map(figure));
  const optional = (figure: (run: ReplyFigures) => number | null) => {
    const values = runs.map(figure).filter((value) => value !== null);
    return values.length === 0 ? null : median(values);
  };
  return {
    repliesPerSecond: of((run) => run.repliesPerSecond),
    p50Ms: of((run) => run.p50Ms),
    p99Ms: of((run) => run.p99Ms),
    cpuUsPerReply: optional((run) => run.cpuUsPerReply),
    serverCpuShare: optional((run) => run.serverCpuShare),
    clientCpuShare: of((run) => run.clientCpuShare),
  };
}
