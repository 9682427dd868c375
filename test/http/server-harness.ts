/** A SimulatorServer with a clock or worker threads of the test's own, which the library does not let one choose. */
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { type Clock, monotonicClock } from '../../src/kernel/clock.js';
import type { ServingEngines } from '../../src/server/batching/serving-engines.js';
import { servingEnginesOf } from '../../src/server/batching/serving-engines-of.js';
import { createNodeState } from '../../src/server/node-state.js';
import { SimulatorServer } from '../../src/server/simulator-server.js';
import { selectTransport, type TransportChoice } from '../../src/server/transport/select.js';
import { workerFilename } from '../../src/server/worker-entry.js';
import { createLogSink } from '../../src/telemetry/logging.js';

export interface ServerParts {
  readonly config: object;
  readonly clock?: Clock;
  readonly workerFilename?: string;
  readonly transport?: TransportChoice;
}

export interface RunningServer {
  readonly server: SimulatorServer;
  readonly port: number;
  /** Where chat completions are. */
  readonly chatUrl: string;
  /** Those of the models that are batched. */
  readonly engines: ServingEngines;
}

/** Starts it on a free port; the caller stops it. */
export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const configuration = loadConfiguration({ object: parts.config, environment: {} });
  const snapshot = createSnapshot(configuration, 1, 0);
  const clock = parts.clock ?? monotonicClock;
  const { logger } = await createLogSink({ level: 'silent', format: 'json' });
  const engines = servingEnginesOf(snapshot, clock);
  const state = createNodeState(snapshot, clock, logger);
  const server = new SimulatorServer({
    snapshot,
    transport: await selectTransport(parts.transport ?? 'auto'),
    logger,
    clock,
    nodeTimeOffsetUs: -clock.nowUs(),
    processes: 1,
    place: 0,
    state: state.store,
    keptState: state.store,
    stateHealth: () => 'ok',
    limits: state.limits.linkOf('0'),
    keptLimits: state.limits,
    batching: (listener) => engines.connect(0, listener),
    workerFilename: parts.workerFilename ?? workerFilename,
  });
  const { port } = await server.start({ host: '127.0.0.1', port: 0 });
  return { server, port, chatUrl: `http://127.0.0.1:${port}/v1/chat/completions`, engines };
}
