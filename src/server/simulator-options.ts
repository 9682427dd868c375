/** What an acceptor is started with: by the process that it is the whole of, or by the program that uses the library. */
import type { LoadRequest } from '../config/loader.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Clock } from '../kernel/clock.js';
import type { KeptState, StateStore } from '../runtime/state-store.js';
import type { SnapshotTexts } from '../runtime/thread-notice.js';
import type { Logger } from '../telemetry/logging.js';
import type { MetricsSnapshot } from '../telemetry/metric-family.js';
import type { ConnectBatching } from './batching/serving.js';
import type { Reconfigured } from './generations/reconfigured.js';
import type { LimitKeeperLink } from './limits/leasing.js';
import type { NodeLimits } from './limits/node-limits.js';
import type { NodeLink, StateHealth } from './node-link.js';
import type { SelectedTransport } from './transport/select.js';

export interface SimulatorServerOptions {
  readonly snapshot: ConfigurationSnapshot;
  /** The snapshot as it crosses to threads, with its traces; made of the snapshot unless given. */
  readonly texts?: SnapshotTexts;
  /** The generation that the node's processes are getting ready for while this one starts. */
  readonly next?: SnapshotTexts | undefined;
  /** What the snapshot was read from, where this acceptor is all there is of the node; without it there is no reload. */
  readonly source?: ConfigurationSource;
  /** What lives once per node and takes each further generation, where this acceptor is all there is of it. */
  readonly nodeParts?: readonly Reconfigured[];
  /** What else takes each further generation of the configuration: before the acceptor's own parts do. */
  readonly parts?: readonly Reconfigured[];
  readonly transport: SelectedTransport;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What has to be added to the clock's time to have µs since the node's start, which all its processes share. */
  readonly nodeTimeOffsetUs: number;
  /** How many acceptors share the node's limits. */
  readonly processes: number;
  /** Which of them this one is, from 0. */
  readonly place: number;
  /** The rest of the node; without it this acceptor is all there is. */
  readonly node?: NodeLink;
  /** What requests leave behind for later ones, over all processes of the node. */
  readonly state: StateStore;
  /** The same, where this acceptor is all there is of the node: the store itself. */
  readonly keptState?: KeptState;
  /** Whether that can be reached, for /health. */
  readonly stateHealth: () => StateHealth;
  /** Who keeps the budgets of rate limits, over all processes of the node. */
  readonly limits: LimitKeeperLink;
  /** The keeper itself, where this acceptor is all there is of the node. */
  readonly keptLimits?: NodeLimits;
  /** Ties this acceptor to the node's serving engines, when the first model is batched. */
  readonly batching: ConnectBatching;
  /** What the serving engines count, where this acceptor is all there is of the node. */
  readonly engineMetrics?: () => Promise<MetricsSnapshot>;
  /** The entry module of the worker threads. */
  readonly workerFilename: string;
}

export interface ConfigurationSource {
  readonly request: LoadRequest;
  /** See createSnapshot(). */
  readonly randomSeed: number;
}

/** What a worker thread gets besides its rings. */
export interface RenderData {
  /** The generations of the configuration that requests may name, at least one. */
  readonly snapshots: readonly SnapshotTexts[];
  readonly occurrences: SharedArrayBuffer;
  readonly processes: number;
  readonly place: number;
  /** The transport's name. */
  readonly transport: string;
}
