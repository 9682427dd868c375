/**
 * What primary and acceptors say to each other over node:cluster's IPC channel: plain data, each message with its kind. Both sides
 * come from the same build, so nothing is validated here beyond the kind.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { FailureCode } from '../kernel/failure.js';
import type { StateChange, StoredDocument } from '../runtime/state-store.js';
import type { BatchEntry, BegunSteps } from '../server/batching/serving.js';
import type { ListenAddress } from '../server/transport/contract.js';
import type { MetricsSnapshot } from '../telemetry/metrics.js';

export type ToAcceptor =
  | {
      readonly kind: 'start';
      readonly snapshot: ConfigurationSnapshot;
      readonly address: ListenAddress;
      /** How many acceptors share the node. */
      readonly processes: number;
      /** Which of them this one is, from 0. */
      readonly place: number;
    }
  /** Send your metrics under this number. */
  | { readonly kind: 'collect'; readonly id: number }
  /** The node's metrics that you asked for. */
  | { readonly kind: 'node_metrics'; readonly id: number; readonly text: string }
  /** What the node's state holds under the keys asked for, or that a change is in effect. */
  | { readonly kind: 'state'; readonly id: number; readonly documents: readonly StoredDocument[] }
  /** Whether the node's engine took the request in. */
  | { readonly kind: 'batch_answer'; readonly id: number; readonly admitted: boolean }
  /** Steps that have begun and serve requests of yours; times are the machine's. */
  | { readonly kind: 'batch_steps'; readonly steps: BegunSteps }
  | { readonly kind: 'drain'; readonly timeoutMs: number };

export type ToPrimary =
  /** The acceptor listens for messages; what is sent before this is lost, because its modules load asynchronously. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'ready'; readonly address: ListenAddress; readonly transport: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly message: string; readonly hint: string }
  /** The acceptor's metrics, asked for or on leaving. */
  | { readonly kind: 'metrics'; readonly id: number; readonly snapshot: MetricsSnapshot }
  /** Somebody scraped this acceptor: it wants the node's metrics under this number. */
  | { readonly kind: 'want_node_metrics'; readonly id: number }
  | { readonly kind: 'recall_state'; readonly id: number; readonly keys: readonly string[] }
  | { readonly kind: 'change_state'; readonly id: number; readonly changes: readonly StateChange[] }
  /** A request for the node's engine of its model; its time is the machine's. */
  | { readonly kind: 'batch_enter'; readonly entry: BatchEntry }
  | { readonly kind: 'batch_leave'; readonly id: number; readonly model: number }
  | { readonly kind: 'drained'; readonly cut: number };
