/**
 * The part `paced`: for each number of open streams, what they cost at 5 tokens/s each, and the highest rate at which p99 slip stays
 * below two limits. Slip is measured at the client's socket. More streams than one process may open files for are served by several
 * acceptors, and opened by several clients.
 */
import { demandPerSecond, type LoadCase, pacedCase, rateCase, warmUpCase } from '../streams/load-case.js';
import { measureLoad, runLoad, stoppingAfter } from '../streams/load-run.js';
import { startSimulator } from '../streams/servers.js';
import { CapacitySearch, indexNear, type RateGrid, rateAt, type Trial } from './capacity-search.js';
import { type WarmedFigures, warmedFigures } from './memory-figures.js';
import { digits, median, type PartContext } from './part.js';
import { coresFor } from './placement.js';
import { figuresOf, type StreamFigures } from './stream-figures.js';

export const SLIP_LIMITS_MS = [5, 20] as const;

export interface CapacityFigures {
  readonly limitMs: number;
  /** Chunks per second; null when even the lowest rate that was tried is not held. */
  readonly rate: number | null;
  /** Medians of the trials that held the rate. */
  readonly cpuUsPerChunk: number | null;
  readonly slipP99Ms: number | null;
  readonly clientCpuShare: number | null;
}

export interface PacedTrial extends Trial {
  readonly cpuUsPerChunk: number | null;
  readonly clientCpuShare: number;
  readonly broken: number;
}

export interface PacedRow {
  readonly streams: number;
  readonly acceptors: number;
  readonly clients: number;
  /** At 5 tokens/s each, opened as fast as a server takes them that has served before, until every reply is complete. */
  readonly usual: WarmedFigures;
  readonly capacity: readonly CapacityFigures[];
  readonly trials: readonly PacedTrial[];
}

export interface PacedResult {
  readonly gridStep: number;
  readonly rows: readonly PacedRow[];
}

/** Neighbouring rates are 12 % apart; from 4,000 to 480,000 chunks/s. */
const GRID: RateGrid = { base: 4_000, step: 1.12, last: 42 };
/** Where the first search begins, chunks/s; each other begins where the one before ended. */
const FIRST_RATE = 50_000;
const QUICK_GRID: RateGrid = { base: 500, step: 2, last: 0 };
/** Stands for the lateness of a run that did not end. */
const FAILED_MS = 60_000;
/** Files that a process opens besides its streams' sockets. */
const SPARE_FILES = 300;
/** Of each acceptor, at most as many as are measured: the server has no room for more. */
const WARM_UP_STREAMS = 1_000;
const QUICK_WARM_UP_STREAMS = 50;
/** After the last reply, until the server is idle. */
const WARM_UP_PAUSE_MS = 2_000;

export async function measurePaced(context: PartContext): Promise<PacedResult> {
  const grid = context.extent.isQuick ? QUICK_GRID : GRID;
  const rows: PacedRow[] = [];
  let start = indexNear(grid, FIRST_RATE);
  for (const streams of context.extent.streams) {
    try {
      const row = await measureRow(streams, grid, start, context);
      rows.push(row);
      start = indexNear(grid, row.capacity[0].rate ?? rateAt(grid, start) / 2);
    } catch (error) {
      // The other rows are worth having.
      context.broke(`${streams} streams: ${(error as Error).message}`);
    }
  }
  return { gridStep: grid.step, rows };
}

async function measureRow(streams: number, grid: RateGrid, start: number, context: PartContext): Promise<PacedRow> {
  const { extent, openFilesMax } = context;
  const processes = Math.ceil(streams / (openFilesMax - SPARE_FILES));
  const run = (load: LoadCase) => runOnce(load, processes, context);
  context.progress(`${streams} streams at 5 tokens/s`);
  const usualLoad = { ...pacedCase(streams, extent.windowMs, extent.settleMs), rampMs: 0 };
  const usual = await runWarmed(usualLoad, processes, context);
  if (usual.broken > 0) context.broke(`${usual.broken} of ${streams} streams at 5 tokens/s`);
  const search = new CapacitySearch<PacedTrial>(grid, async (rate) => {
    context.progress(`${streams} streams at ${Math.round(rate)} chunks/s`);
    const load = rateCase(streams, rate, extent.windowMs, extent.rateSettleMs);
    const asked = demandPerSecond(load);
    try {
      return trialOf(asked, await run(load));
    } catch (error) {
      // A server so far beyond what it can do that the run could not be finished.
      context.progress((error as Error).message);
      return failedTrial(asked);
    }
  });
  const capacity: CapacityFigures[] = [];
  let from = start;
  for (const limitMs of SLIP_LIMITS_MS) {
    const index = await search.find(limitMs, from);
    capacity.push(capacityOf(limitMs, index, search));
    from = index ?? from;
  }
  return { streams, acceptors: processes, clients: processes, usual, capacity, trials: search.trials };
}

async function runOnce(load: LoadCase, processes: number, context: PartContext): Promise<StreamFigures> {
  const { clients, server } = startFor(load, processes, context);
  return figuresOf(await runLoad('simulator', load, server, clients));
}

/** The load on a server that has served before, and what having served cost it. */
async function runWarmed(load: LoadCase, processes: number, context: PartContext): Promise<WarmedFigures> {
  const { clients, server } = startFor(load, processes, context);
  const warmUpStreams = (context.extent.isQuick ? QUICK_WARM_UP_STREAMS : WARM_UP_STREAMS) * processes;
  const warmUpLoad = warmUpCase(Math.min(warmUpStreams, load.streams));
  return stoppingAfter(server, async () => {
    const warmUp = await measureLoad('simulator', warmUpLoad, server, clients);
    if (warmUp.totals.broken > 0)
      context.broke(`${warmUp.totals.broken} of ${warmUpLoad.streams} streams of a warm-up`);
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_PAUSE_MS));
    return warmedFigures(warmUp, await measureLoad('simulator', load, server, clients), load.streams);
  });
}

function startFor(load: LoadCase, processes: number, { folder, transport }: PartContext) {
  const cores = coresFor(processes, processes);
  const server = startSimulator(load, transport, folder, { acceptors: processes, cores: cores.servers });
  return { server, clients: { clients: processes, clientCore: cores.clients } };
}

function failedTrial(rate: number): PacedTrial {
  return { rate: Math.round(rate), delivered: 0, p99Ms: FAILED_MS, cpuUsPerChunk: null, clientCpuShare: 0, broken: 0 };
}

function trialOf(rate: number, figures: StreamFigures): PacedTrial {
  return {
    rate: Math.round(rate),
    delivered: digits(figures.chunksPerSecond / rate),
    p99Ms: figures.slipP99Ms,
    cpuUsPerChunk: figures.cpuUsPerChunk,
    clientCpuShare: figures.clientCpuShare,
    broken: figures.broken,
  };
}

function capacityOf(limitMs: number, index: number | undefined, search: CapacitySearch<PacedTrial>): CapacityFigures {
  if (index === undefined) return { limitMs, rate: null, cpuUsPerChunk: null, slipP99Ms: null, clientCpuShare: null };
  const held = search.at(index).filter(({ p99Ms }) => p99Ms < limitMs);
  const middle = (figure: (trial: PacedTrial) => number | null) => {
    const values = held.map(figure).filter((value) => value !== null);
    return values.length === 0 ? null : digits(median(values));
  };
  return {
    limitMs,
    rate: held[0]?.rate ?? null,
    cpuUsPerChunk: middle(({ cpuUsPerChunk }) => cpuUsPerChunk),
    slipP99Ms: middle(({ p99Ms }) => p99Ms),
    clientCpuShare: middle(({ clientCpuShare }) => clientCpuShare),
  };
}
