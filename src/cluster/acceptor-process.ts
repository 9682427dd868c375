/**
 * The entry module of an acceptor process: waits for the primary's `start`, serves, answers its questions, drains when told to. Signals
 * are the primary's business: a Ctrl-C reaches the whole process group, so they are ignored here.
 *
 * Without its primary an acceptor is of no use: what the node keeps is gone, and the port is wanted for the next one. So it lets the port go
 * at once, ends what is open with the provider's own error, and leaves.
 */

import cluster, { type Worker } from 'node:cluster';
import { ownSnapshot } from '../config/snapshot-texts.js';
import { obstacleToUws } from '../config/transport-needs.js';
import { machineTimeOffsetUs, monotonicClock } from '../kernel/clock.js';
import { Failure } from '../kernel/failure.js';
import type { StateHealth } from '../server/node-link.js';
import { SimulatorServer } from '../server/simulator-server.js';
import { selectTransport } from '../server/transport/select.js';
import { workerFilename } from '../server/worker-entry.js';
import type { LogLevels } from '../telemetry/log-levels.js';
import { createLogSink, type LogSink } from '../telemetry/logging.js';
import { moduleLogger, overrideLogLevels, reconfigureLogLevels } from '../telemetry/module-logger.js';
import { BatchClient } from './batch-client.js';
import { BooksReporter } from './books-reporter.js';
import { LimitClient } from './limit-client.js';
import type { ToAcceptor, ToPrimary } from './messages.js';
import { NodeClient } from './node-client.js';
import { PrimaryLine } from './primary-line.js';
import { StateClient } from './state-client.js';

/** How long an acceptor that has lost its primary may take to end what is open; the port is free before. */
const ORPHAN_END_MS = 2_000;

let server: SimulatorServer | undefined;
let starting: Promise<void> | undefined;
let logs: LogSink | undefined;
/** May change before there is a server. */
let steering: string | undefined;
/** Said at run time; may be before there is a log. */
let logLevels: LogLevels | undefined;
let stateHealth: StateHealth = 'ok';
const line = new PrimaryLine();
const { tell } = line;
const state = new StateClient(tell);
const limits = new LimitClient(tell);
const machineOffsetUs = machineTimeOffsetUs();
const batching = new BatchClient(tell, machineOffsetUs);
const node = new NodeClient(line);

/** Says a last word and ends the process once it is out: what is still in the channel at the exit is lost. */
function leave(message: ToPrimary, exitCode: number): void {
  process.send?.(message, undefined, undefined, () => process.exit(exitCode));
}

async function start(message: Extract<ToAcceptor, { kind: 'start' }>): Promise<void> {
  const snapshot = ownSnapshot(message.texts);
  steering = message.steering;
  stateHealth = message.stateHealth;
  logLevels = message.logLevels;
  const { configuration } = snapshot;
  logs = await createLogSink(configuration.telemetry.logging);
  const transport = await selectTransport(configuration.server.transport, obstacleToUws(configuration));
  const { logger } = logs;
  overrideLogLevels(logger, logLevels);
  server = new SimulatorServer({
    snapshot,
    texts: message.texts,
    next: message.next,
    parts: [{ reconfigure: (next) => reconfigureLogLevels(logger, next) }],
    transport,
    logger,
    clock: monotonicClock,
    nodeTimeOffsetUs: machineOffsetUs - message.nodeStartUs,
    processes: message.processes,
    place: message.place,
    node,
    state,
    stateHealth: () => stateHealth,
    limits,
    batching: (listener) => batching.connect(listener),
    workerFilename,
  });
  server.steer(steering);
  const address = await server.start(message.address);
  const { dropped } = logs;
  const { books } = server;
  new BooksReporter(() => ({ books, logLinesDropped: dropped() }), tell).start();
  tell({ kind: 'ready', address, transport: transport.name, reason: transport.reason });
}

/** A generation may come before there is a server, whose start knew nothing of it. */
async function takeGeneration(message: Extract<ToAcceptor, { kind: 'prepare' | 'commit' | 'abandon' }>): Promise<void> {
  await starting;
  const generations = (server as SimulatorServer).generations;
  if (message.kind === 'abandon') {
    generations.abandon(message.generation);
    return;
  }
  const { id } = message;
  try {
    if (message.kind === 'prepare') await generations.prepare(message.texts);
    else generations.commit(message.generation);
    tell({ kind: 'acknowledged', id });
  } catch (error) {
    tell({ kind: 'acknowledged', id, refusal: error instanceof Error ? error.message : String(error) });
  }
}

async function drain(timeoutMs: number, isGentle: boolean): Promise<void> {
  const cut = (await server?.drain(timeoutMs, isGentle)) ?? 0;
  await server?.stop();
  if (server !== undefined) tell({ kind: 'metrics', id: 0, figures: await server.figures() });
  await logs?.close();
  leave({ kind: 'drained', cut }, 0);
}

async function receive(message: ToAcceptor): Promise<void> {
  switch (message.kind) {
    case 'start':
      starting = start(message);
      return starting;
    case 'question':
      if (server !== undefined) tell({ kind: 'answer', id: message.id, answer: server.answer(message.question) });
      return;
    case 'prepare':
    case 'commit':
    case 'abandon':
      return takeGeneration(message);
    case 'collect':
      if (server !== undefined) tell({ kind: 'metrics', id: message.id, figures: await server.figures() });
      return;
    case 'node_answer':
      node.settle(message.id, message.answer);
      return;
    case 'verdict':
      line.heard();
      server?.takeVerdict(message.verdict);
      stateHealth = message.stateHealth;
      return;
    case 'steering':
      steering = message.steering;
      server?.steer(steering);
      tell({ kind: 'acknowledged', id: message.id });
      return;
    case 'log_levels':
      logLevels = message.levels;
      if (logs !== undefined) overrideLogLevels(logs.logger, logLevels);
      tell({ kind: 'acknowledged', id: message.id });
      return;
    case 'reset':
      server?.reset(message.parts);
      tell({ kind: 'acknowledged', id: message.id });
      return;
    case 'state':
      state.settle(message.id, message.documents);
      return;
    case 'state_unavailable':
      state.fail(message.id);
      return;
    case 'prefix':
      state.settle(message.id, message.hits);
      return;
    case 'limits':
      limits.settle(message.id, message.answers);
      return;
    case 'batch_answer':
      batching.answered(message.id, message.admitted);
      return;
    case 'batch_steps':
      batching.began(message.steps);
      return;
    case 'lame_duck':
      await server?.startLameDuck(0);
      return;
    case 'stop_accepting':
      await server?.stopAccepting(message.timeoutMs);
      tell({ kind: 'acknowledged', id: message.id });
      return;
    case 'drain':
      return drain(message.timeoutMs, message.isGentle);
  }
}

/** The primary has died. node:cluster would end the process on the spot, in the middle of its streams. */
async function orphaned(): Promise<void> {
  setTimeout(() => process.exit(1), ORPHAN_END_MS);
  if (logs !== undefined)
    moduleLogger(logs.logger, 'cluster').fatal('the primary process is gone: ending what is open');
  await server?.drain(0);
  await server?.stop();
  await logs?.close();
  process.exit(1);
}

function fail(error: unknown): void {
  const failure =
    error instanceof Failure
      ? error
      : new Failure('INTERNAL', error instanceof Error ? (error.stack ?? error.message) : String(error), {
          hint: 'this is a defect of the simulator; please report it with the text above',
        });
  const last: ToPrimary = { kind: 'failed', code: failure.code, message: failure.message, hint: failure.hint };
  const closed = logs?.close() ?? Promise.resolve();
  void closed.then(() => leave(last, 1));
}

cluster.worker?.once('disconnect', () => {
  (cluster.worker as Worker).exitedAfterDisconnect = true;
  orphaned().catch(() => process.exit(1));
});
process.on('SIGHUP', () => {});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGUSR2', () => {});
process.on('message', (message) => {
  receive(message as ToAcceptor).catch(fail);
});
tell({ kind: 'loaded' });
