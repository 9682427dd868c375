/** Every experiment, in the order in which they are made. */
import type { Experiment } from './experiment.js';
import { frozenAcceptor, frozenPrimary, pausedAcceptor } from './frozen-processes.js';
import { flappingAcceptors, killedAcceptor, killedPrimary } from './lost-processes.js';

export const experiments: readonly Experiment[] = [
  killedAcceptor,
  killedPrimary,
  flappingAcceptors,
  pausedAcceptor,
  frozenAcceptor,
  frozenPrimary,
];
