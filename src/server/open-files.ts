/**
 * How many files this process may have open. Every connection is one, so the limit is one on connections too; it is better met by an
 * answer that says so than by a kernel that can hand nothing over any more.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Logger } from '../telemetry/logging.js';
import { REFUSED_CONNECTIONS_MAX, type TransportLimits } from './transport/contract.js';

/** For threads that are replaced, files that are read, and connections that wait to be closed. */
const FILES_RESERVED = 64;
/** Below that a process is of no use; the system's own limit then shows. */
const CONNECTIONS_MIN = 16;
/** Most of them; the rest comes with the worker threads. */
const FILES_AT_START = 64;

/** The limits with no more connections than this process can have files open for. */
export function fittedToOpenFiles(limits: TransportLimits, logger: Logger): TransportLimits {
  const connectionsMax = connectionsThatFit();
  if (connectionsMax >= limits.connectionsMax) return limits;
  logger.warn(
    { connections_max: connectionsMax, wanted: limits.connectionsMax },
    'the limit on open files (ulimit -n) has room for fewer connections than server.max_connections',
  );
  return { ...limits, connectionsMax };
}

/** Infinity where the system does not say. */
function connectionsThatFit(): number {
  const filesMax = openFilesMax();
  if (filesMax === undefined) return Number.POSITIVE_INFINITY;
  const spare = filesMax - Math.max(openFiles(), FILES_AT_START) - FILES_RESERVED - REFUSED_CONNECTIONS_MAX;
  return Math.max(CONNECTIONS_MIN, spare);
}

function openFilesMax(): number | undefined {
  try {
    // Node has raised its own soft limit to the hard one.
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
