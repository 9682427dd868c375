/** How many acceptor processes `server.workers` means on a machine. */

/** One core in so many, rounded up, is left to the worker threads, the primary and the system. */
const CORES_PER_SPARE_CORE = 8;

/**
 * A configured number is taken as it is; 0 means one process per core, less the spare ones, and at least one. A chunk's cost is nearly
 * all in the acceptor's own send, and rendering costs a few percent of it, so one spare core serves the threads of seven acceptors.
 */
export function acceptorCount(configured: number, cores: number): number {
  if (configured > 0) return configured;
  return Math.max(1, cores - Math.ceil(cores / CORES_PER_SPARE_CORE));
}
