/**
 * The part `ratios`: the simulator against a bare server on its own transport and against a bare server in C, in interleaved runs, so
 * that what else the machine does meets all alike. Ratios are of neighbouring runs; the page shows their medians and ranges.
 */
import { join } from 'node:path';
import { type LoadCase, rateCase, saturatedCase } from '../streams/load-case.js';
import { runLoad } from '../streams/load-run.js';
import { type RunningServer, type Subject, startBaseline, startLimit, startSimulator } from '../streams/servers.js';
import type { PartContext } from './part.js';
import { figuresOf, type StreamFigures } from './stream-figures.js';
import { measureSyscalls, type SyscallFigures } from './syscalls.js';

/** One round: the same load on each server in turn. */
export type Round = { readonly [subject in Subject]?: StreamFigures };

export interface RatiosResult {
  readonly streams: number;
  readonly frameBytes: number;
  readonly saturated: readonly Round[];
  /** At `pacedRate`. */
  readonly paced: readonly Round[];
  readonly pacedRate: number;
  /** Undefined without strace. */
  readonly syscalls?: SyscallFigures;
}

const STREAMS = 5_000;
const QUICK_STREAMS = 100;
const PACED_RATE = 40_000;
const QUICK_PACED_RATE = 1_000;
export async function measureRatios(context: PartContext): Promise<RatiosResult> {
  const { extent, frameBytes, limitProgram } = context;
  const streams = extent.isQuick ? QUICK_STREAMS : STREAMS;
  const pacedRate = extent.isQuick ? QUICK_PACED_RATE : PACED_RATE;
  const subjects: Subject[] = ['simulator', 'baseline', ...(limitProgram === undefined ? [] : (['limit'] as const))];
  const saturatedLoad = saturatedCase(streams, extent.windowMs, extent.settleMs);
  const pacedLoad = rateCase(streams, pacedRate, extent.windowMs, extent.rateSettleMs);
  const saturated = await measureRounds('saturated', saturatedLoad, subjects, context);
  const paced = await measureRounds('paced', pacedLoad, subjects, context);
  context.progress('system calls');
  const syscalls = await measureSyscalls(context);
  return {
    streams,
    frameBytes,
    saturated,
    paced,
    pacedRate,
    ...(syscalls !== undefined && { syscalls }),
  };
}

async function measureRounds(
  name: string,
  load: LoadCase,
  subjects: readonly Subject[],
  context: PartContext,
): Promise<Round[]> {
  const rounds: Round[] = [];
  for (let pair = 1; pair <= context.extent.pairs; pair++) {
    const round: { [subject in Subject]?: StreamFigures } = {};
    for (const subject of subjects) {
      context.progress(`${name}, round ${pair} of ${context.extent.pairs}: ${subject}`);
      try {
        round[subject] = await runOn(subject, load, context);
      } catch (error) {
        // The round's other runs are worth having.
        context.broke(`${name}, round ${pair}: ${subject}: ${(error as Error).message}`);
      }
    }
    rounds.push(round);
  }
  return rounds;
}

export async function runOn(subject: Subject, load: LoadCase, context: PartContext): Promise<StreamFigures> {
  const run = await runLoad(subject, load, startOf(subject, load, context));
  if (run.totals.broken > 0) context.broke(`${run.totals.broken} streams of ${subject}`);
  return figuresOf(run);
}

function startOf(subject: Subject, load: LoadCase, context: PartContext): Promise<RunningServer> {
  const { folder, frameBytes, limitProgram, transport } = context;
  if (subject === 'simulator') return startSimulator(load, transport, folder);
  if (subject === 'baseline') return startBaseline(load, transport, frameBytes);
  return startLimit(limitProgram ?? join(folder, 'limit'), load.intervalMs, frameBytes);
}
