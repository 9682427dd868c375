/** Every experiment, in the order in which they are made. */
import type { Experiment } from './experiment.js';
import { frozenAcceptor, frozenPrimary, pausedAcceptor } from './frozen-processes.js';
import { jumpingClock } from './jumping-clock.js';
import { flappingAcceptors, killedAcceptor, killedPrimary } from './lost-processes.js';
import { fullDisk, noFiles } from './scarce-resources.js';
import { exhaustedWorker, overloadedWorkers } from './strained-workers.js';

export const experiments: readonly Experiment[] = [
  killedAcceptor,
  killedPrimary,
  flappingAcceptors,
  pausedAcceptor,
  frozenAcceptor,
  frozenPrimary,
  exhaustedWorker,
  overloadedWorkers,
  jumpingClock,
  noFiles,
  fullDisk,
];
