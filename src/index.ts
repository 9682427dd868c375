/**
 * The library: a simulator inside the process that calls it, for other people's test suites. Has no process-wide effect: no signal
 * handler, no output, no environment variable read, and as many at once as there is memory for.
 */

import { randomSeed } from './cli/random-seed.js';
import { type LoadRequest, loadConfiguration } from './config/loader.js';
import type { Configuration } from './config/schema/configuration.js';
import { createSnapshot } from './config/snapshot.js';
import { obstacleToUws } from './config/transport-needs.js';
import { monotonicClock } from './kernel/clock.js';
import { reconfiguredEngines, servingEnginesOf } from './server/batching/serving-engines-of.js';
import { adminExposure } from './server/handlers/admin-exposure.js';
import { createNodeState } from './server/node-state.js';
import type { ConfigurationDesk, ReloadOutcome } from './server/reload/configuration-desk.js';
import { SimulatorServer } from './server/simulator-server.js';
import { formatAddress } from './server/transport/listen-failure.js';
import { selectTransport } from './server/transport/select.js';
import { workerFilename } from './server/worker-entry.js';
import { createLogSink } from './telemetry/logging.js';
import { moduleLogger } from './telemetry/module-logger.js';

export { ConfigurationFailure, type ConfigurationProblem } from './config/problems.js';
export { Failure, type FailureCode } from './kernel/failure.js';
export type { Configuration, ReloadOutcome };

export interface StartOptions {
  /** A YAML file's path, or a partial configuration as an object; the defaults otherwise. */
  readonly config?: string | object;
  /** 0, the default, takes a free one. The configuration's port is not used. */
  readonly port?: number;
  /** 127.0.0.1 unless given. The configuration's host is not used. */
  readonly host?: string;
  /** Overrides simulation.seed. */
  readonly seed?: number;
  /** What to log on standard output; nothing unless given. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error';
}

export interface DrainOptions {
  /** How long everything is served as ever after /ready has turned 503; 0 unless given. server.lame_duck_secs has no meaning here. */
  readonly lameDuckSecs?: number;
  /** How long open requests have from then on; server.shutdown_timeout_secs unless given. */
  readonly timeoutSecs?: number;
}

export interface Simulator {
  /** "http://127.0.0.1:43210", or https where `server.tls` is enabled: what a client's base URL begins with. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly transport: 'node' | 'uws';
  readonly seed: number;
  /** The metrics in Prometheus' text format. */
  metrics(): Promise<string>;
  /**
   * Reads the configuration anew, or takes another, for requests that come from then on; those under way keep what they came under.
   * @param config as StartOptions.config; what was given last unless given
   * @throws ConfigurationFailure with every problem: nothing has changed then
   */
  reload(config?: string | object): Promise<ReloadOutcome>;
  /**
   * Lets open requests finish and stops then; new connections are not accepted. What is left after the time gets its provider's own error.
   * stop() cuts it short.
   * @returns how many requests were cut
   */
  drain(options?: DrainOptions): Promise<number>;
  /** Ends open requests, frees the port and the threads. Safe to call again. */
  stop(): Promise<void>;
}

/**
 * Starts a simulator. server.workers and the metrics port have no meaning here: it serves from the calling process, with
 * server.threads worker threads.
 * @throws ConfigurationFailure with every problem of the configuration; Failure when the port cannot be had
 */
export async function startSimulator(options: StartOptions = {}): Promise<Simulator> {
  const { config, port = 0, host = '127.0.0.1', seed, logLevel } = options;
  const overrides = seed === undefined ? [] : [{ path: ['simulation', 'seed'], value: seed, origin: 'options.seed' }];
  const requestOf = (wanted: StartOptions['config']): LoadRequest => ({
    ...(typeof wanted === 'string' ? { file: wanted } : { object: wanted }),
    environment: {},
    overrides,
  });
  const request = requestOf(config);
  const configuration = loadConfiguration(request);
  const source = { request, randomSeed: randomSeed() };
  const snapshot = createSnapshot(configuration, 1, source.randomSeed);
  const transport = await selectTransport(configuration.server.transport, obstacleToUws(configuration));
  const logs = await createLogSink({ level: logLevel ?? 'silent', format: configuration.telemetry.logging.format });
  const engines = servingEnginesOf(snapshot, monotonicClock);
  const state = createNodeState(snapshot, monotonicClock, moduleLogger(logs.logger, 'state'));
  await state.open();
  const server = new SimulatorServer({
    snapshot,
    source,
    nodeParts: [reconfiguredEngines(engines), state],
    transport,
    logger: logs.logger,
    clock: monotonicClock,
    nodeTimeOffsetUs: -monotonicClock.nowUs(),
    processes: 1,
    place: 0,
    state: state.store,
    keptState: state.store,
    stateHealth: () => state.health,
    limits: state.limits.linkOf('0'),
    keptLimits: state.limits,
    batching: (listener) => engines.connect(0, listener),
    engineMetrics: () => engines.metricsSnapshot(),
    workerFilename,
  });
  const address = await server.start({ host, port }).catch(async (cause) => {
    state.close();
    await logs.close();
    throw cause;
  });
  const exposure = adminExposure(configuration.admin, address.host);
  if (exposure !== undefined) moduleLogger(logs.logger, 'admin').warn(exposure);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= server.stop().then(() => {
      engines.close();
      state.close();
      return logs.close();
    });
    return stopped;
  };
  return {
    url: `${snapshot.certificate === undefined ? 'http' : 'https'}://${formatAddress(address)}`,
    host: address.host,
    port: address.port,
    transport: transport.name,
    seed: snapshot.seed,
    metrics: () => server.metricsText(),
    reload: (wanted) => {
      const desk = server.configuration as ConfigurationDesk;
      return wanted === undefined ? desk.reload('library') : desk.reload('library', requestOf(wanted));
    },
    drain: async ({ lameDuckSecs = 0, timeoutSecs } = {}) => {
      if (stopped !== undefined) return 0;
      const desk = server.configuration as ConfigurationDesk;
      const secs = timeoutSecs ?? desk.snapshot.configuration.server.shutdown_timeout_secs;
      if (lameDuckSecs > 0) await server.startLameDuck(lameDuckSecs * 1_000);
      const cut = await server.drain(secs * 1_000, lameDuckSecs > 0);
      await stop();
      return cut;
    },
    stop,
  };
}
