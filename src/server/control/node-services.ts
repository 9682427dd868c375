/**
 * What lives once per node, whichever process answers: composed here for the primary of a node of processes and for the library's node of
 * one alike, with the operations by which the admin API reaches it.
 */
import { packageVersion } from '../../kernel/package-root.js';
import type { KeptState } from '../../runtime/state-store.js';
import { NO_STEERING } from '../../scenarios/steering-text.js';
import type { Logger } from '../../telemetry/logging.js';
import type { MetricsSnapshot } from '../../telemetry/metric-family.js';
import { moduleLogger } from '../../telemetry/module-logger.js';
import { NodeFactsMetrics } from '../../telemetry/node-facts-metrics.js';
import { ScenarioMetrics } from '../../telemetry/scenario-metrics.js';
import type { Reconfigured } from '../generations/reconfigured.js';
import { JournalDesk } from '../journal/journal-desk.js';
import { isJournalKept } from '../journal/journal-of.js';
import type { NodeLimits } from '../limits/node-limits.js';
import type { ConfigurationDesk } from '../reload/configuration-desk.js';
import { SessionDesk } from '../sessions/session-desk.js';
import type { CountedStats, NodeStats, SessionFigures } from '../stats/node-stats.js';
import type { AskAcceptors } from './acceptor-poll.js';
import { configOperations } from './config-operations.js';
import { indexOperation } from './index-operation.js';
import { journalOperations } from './journal-operations.js';
import { type AdministeredLimits, limitOperations } from './limit-operations.js';
import { LogDesk, type SpreadLogLevels } from './log-desk.js';
import { logOperations } from './log-operations.js';
import { NodeControl } from './node-control.js';
import type { AdminOperation } from './operation.js';
import { OverrideDesk } from './override-desk.js';
import { faultOverrideOperations, latencyOverrideOperations } from './override-operations.js';
import { type AcceptorReset, type Resets, resetOperations } from './reset-operations.js';
import { initialSteering, ScenarioDesk } from './scenario-desk.js';
import { scenarioOperations } from './scenario-operations.js';
import { sessionOperations } from './session-operations.js';
import { statsOperations } from './stats-operations.js';
import { type SpreadSteering, SteeringDesk } from './steering-desk.js';

/** What the operations work on. */
export interface OperationParts {
  readonly stats: () => Promise<NodeStats>;
  readonly scenarios: ScenarioDesk;
  readonly overrides: OverrideDesk;
  readonly configuration: ConfigurationDesk;
  readonly resets: Resets;
  readonly limits: AdministeredLimits;
  readonly journal: JournalDesk;
  readonly sessions: SessionDesk;
  readonly logs: LogDesk;
}

export interface NodeServicesOptions {
  /** That of the whole process: what operators do is logged by modules of it. */
  readonly logger: Logger;
  readonly configuration: ConfigurationDesk;
  /** The name of the one that runs; undefined before one does. */
  readonly transport: () => string | undefined;
  /** µs since the node's start. */
  readonly nowUs: () => number;
  readonly askAcceptors: AskAcceptors;
  readonly stats: () => Promise<CountedStats>;
  /** Undefined where there is nothing to reset. */
  readonly state: Pick<KeptState, 'clear'> | undefined;
  /** The budgets of rate limits. */
  readonly limits: NodeLimits | undefined;
  /** Has every acceptor forget what it has of the parts. */
  readonly spreadReset: (parts: readonly AcceptorReset[]) => Promise<void>;
  /** Forgets what the node itself keeps for its statistics. */
  readonly clearStats: () => void;
  readonly spreadSteering: SpreadSteering;
  readonly spreadLogLevels: SpreadLogLevels;
}

export interface NodeServices extends Reconfigured {
  readonly steering: SteeringDesk;
  readonly sessions: SessionDesk;
  readonly control: NodeControl;
  readonly logs: LogDesk;
  /** What is counted once per node. */
  metricsSnapshot(): Promise<MetricsSnapshot>;
}

/**
 * The whole admin API, in the order in which it is documented. What operations say of themselves does not depend on the parts, which are
 * looked at only when one answers: documentation is written without any.
 */
export function adminOperations(parts: OperationParts): AdminOperation[] {
  const operations = [
    ...statsOperations(parts),
    ...configOperations(parts),
    ...scenarioOperations(parts),
    ...faultOverrideOperations(parts),
    ...latencyOverrideOperations(parts),
    ...sessionOperations(parts),
    ...journalOperations(parts),
    ...limitOperations(parts),
    ...logOperations(parts),
    ...resetOperations(parts),
  ];
  return [indexOperation(operations), ...operations];
}

export function createNodeServices(options: NodeServicesOptions): NodeServices {
  const { askAcceptors, configuration, nowUs, spreadSteering } = options;
  const logger = moduleLogger(options.logger, 'admin');
  const snapshot = () => configuration.snapshot;
  const steering = new SteeringDesk({
    spread: spreadSteering,
    nowUs,
    logger,
    wallMs: Date.now,
    initial: initialSteering(snapshot()),
  });
  const scenarios = new ScenarioDesk({ steering, snapshot, logger });
  const overrides = new OverrideDesk({ steering, snapshot, transport: options.transport, logger });
  const sessions = new SessionDesk({
    snapshot,
    ask: askAcceptors,
    now: () => ({ monotonicMs: nowUs() / 1_000, wallMs: Date.now() }),
  });
  const logs = new LogDesk(options.logger, options.spreadLogLevels);
  const journal = new JournalDesk(askAcceptors, isJournalKept(snapshot()));
  const metrics = new ScenarioMetrics(scenarios);
  const facts = factsOf(options);
  const resets = resetsOf(options, { steering, journal, sessions });
  const parts = {
    stats: async () => ({ ...(await options.stats()), sessions: sessionFigures(sessions) }),
    scenarios,
    overrides,
    configuration,
    journal,
    sessions,
    resets,
    logs,
    limits: administered(options),
  };
  const control = new NodeControl(
    adminOperations(parts),
    (error) => {
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      logger.error({ cause }, 'an admin request could not be answered');
    },
    ({ method, path }) => logger.debug({ method, path }, 'admin request'),
  );
  const metricsSnapshot = async () =>
    (await Promise.all([facts.snapshot(), metrics.snapshot(), configuration.metricsSnapshot()])).flat();
  return { steering, sessions, control, logs, metricsSnapshot, reconfigure: (next) => scenarios.reconfigure(next) };
}

function factsOf({ configuration, nowUs, transport }: NodeServicesOptions): NodeFactsMetrics {
  return new NodeFactsMetrics({
    version: packageVersion,
    transport,
    capacity: () => {
      const { modelNames, configuration: now } = configuration.snapshot;
      const { backpressure_threshold, max_concurrent_requests, queue_size } = now.simulation.concurrency;
      return {
        maxConcurrentRequests: max_concurrent_requests,
        queueSize: queue_size,
        backpressureThreshold: backpressure_threshold,
        maxConnections: now.server.max_connections,
        models: modelNames.length,
      };
    },
    uptimeSecs: () => nowUs() / 1e6,
    nowSecs: () => Date.now() / 1_000,
  });
}

function sessionFigures({ totals }: SessionDesk): SessionFigures {
  const { sessions: open, ...others } = totals;
  return { open, ...others };
}

function administered({ configuration, limits }: NodeServicesOptions): AdministeredLimits {
  return {
    list: async (offset, count) => limits?.list(offset, count) ?? [],
    get size() {
      return limits?.size ?? 0;
    },
    get enabled() {
      return configuration.snapshot.configuration.rate_limits.enabled;
    },
  };
}

function resetsOf(
  options: NodeServicesOptions,
  { journal, sessions, steering }: Pick<OperationParts, 'journal' | 'sessions'> & { readonly steering: SteeringDesk },
): Resets {
  const { clearStats, configuration, limits, spreadReset, state } = options;
  return {
    occurrences: () => spreadReset(['occurrences']),
    state: async () => state?.clear(),
    limits: async () => limits?.reset(),
    scenarios: () =>
      steering.change((now) => ({
        ...now,
        scenarios: initialSteering(configuration.snapshot, Math.ceil(steering.nowUs)).scenarios,
      })),
    overrides: () => steering.change((now) => ({ ...NO_STEERING, scenarios: now.scenarios })),
    sessions: async () => {
      await sessions.clear();
    },
    journal: async () => {
      await journal.clear();
    },
    stats: async () => {
      clearStats();
      await spreadReset(['stats']);
    },
  };
}
