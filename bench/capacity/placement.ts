/** Which cores the processes of a run get: servers the first ones, clients the others, where there are two or more. */
import { availableParallelism } from 'node:os';

export interface Cores {
  /** As taskset names them; undefined for any. */
  readonly servers: string | undefined;
  readonly clients: string | undefined;
}

export function coresFor(acceptors: number, clients: number, cores = availableParallelism()): Cores {
  if (cores < 2) return { servers: undefined, clients: undefined };
  const first = Math.min(acceptors, cores - 1);
  return { servers: range(0, first - 1), clients: range(first, Math.min(cores, first + clients) - 1) };
}

function range(from: number, to: number): string {
  return from === to ? String(from) : `${from}-${to}`;
}
