/** The worker threads of one acceptor: what each of them is given, and what the log hears of them. */
import { RenderPool, type RenderPoolHandler } from '../runtime/render-pool.js';
import type { SnapshotTexts } from '../runtime/thread-notice.js';
import { moduleLogger } from '../telemetry/module-logger.js';
import type { RenderData, SimulatorServerOptions } from './simulator-options.js';

/**
 * The pool without its threads, which start() brings up.
 * @param occurrences of an OccurrenceCounter that all of them count with
 * @param snapshots the generations of the configuration that requests may name at the moment
 */
export function createWorkerPool(
  { clock, logger, place, processes, snapshot, transport, workerFilename }: SimulatorServerOptions,
  occurrences: SharedArrayBuffer,
  snapshots: () => readonly SnapshotTexts[],
  { onLoaded, onPlan, onThreadLost, onWake }: Omit<RenderPoolHandler, 'onDefect'>,
): RenderPool {
  const workers = moduleLogger(logger, 'workers');
  return new RenderPool({
    filename: workerFilename,
    threads: snapshot.configuration.server.threads,
    data: (): RenderData => ({ snapshots: snapshots(), occurrences, processes, place, transport: transport.name }),
    clock,
    handler: {
      onLoaded,
      onPlan,
      onThreadLost: (lane, cause) => {
        workers.error(
          { lane, cause: cause.message },
          'worker thread lost; its requests fail and a fresh thread takes its place',
        );
        onThreadLost(lane, cause);
      },
      onWake,
      onDefect: (text) => workers.error({ cause: text }, 'a request could not be rendered'),
    },
  });
}
